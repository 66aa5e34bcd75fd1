// run_examples.mjs PROGRAM: run its functions that standard input names, a NUL behind what each prints.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const fixed = /^http:\/\/127\.0\.0\.1:8080(?=\/(healthz|readyz)$)/; // the examples without KITE_API
const { fetch } = globalThis;
globalThis.fetch = (url, request) => fetch(url.replace(fixed, process.env.KITE_API), request);

const program = await import(pathToFileURL(process.argv[2]));
for await (const name of createInterface({ input: process.stdin })) {
  await program[name]();
  process.stdout.write("\0");
}
