// Check the signature of a webhook of Kite in Node.js.
// --8<-- [start:verify]
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

// body: the bytes as they came (a Buffer), not parsed and written again.
export function isGenuine(secret, header, body) {
  const parts = Object.fromEntries(header.split(",").map((part) => part.split("=", 2)));
  const age = Math.abs(Date.now() / 1000 - Number(parts.t));
  if (!(age <= TOLERANCE_SECONDS)) return false; // also if t is no number
  const expected = createHmac("sha256", secret).update(`${parts.t}.`).update(body).digest();
  const given = Buffer.from(parts.v1 ?? "", "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
// --8<-- [end:verify]
