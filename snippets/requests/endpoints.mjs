// Every endpoint of Kite once, with the fetch of Node.js 18 or later.
//
// Needs KITE_TOKEN, PASSWORD for the sign-in, and KITE_API if Kite is elsewhere.

// --8<-- [start:files]
import { writeFile } from "node:fs/promises";
// --8<-- [end:files]

// --8<-- [start:client]
const { KITE_API = "http://127.0.0.1:8080", KITE_TOKEN } = process.env;
if (!KITE_TOKEN) throw new Error("KITE_TOKEN is not set");

// JSON comes parsed, any other answer as it is.
// An error has what Kite says: code, status, detail, request_id.
async function call(method, path, body, signal = AbortSignal.timeout(15_000)) {
  const answer = await fetch(KITE_API + path, {
    method,
    headers: {
      Authorization: `Bearer ${KITE_TOKEN}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
    signal,
  });
  const type = answer.headers.get("Content-Type");
  if (answer.ok) return type === "application/json" ? answer.json() : answer;
  if (type !== "application/problem+json") {
    throw new Error(`HTTP ${answer.status}, not from Kite`);
  }
  const problem = await answer.json();
  const { code, detail, request_id } = problem;
  throw Object.assign(new Error(`${code}: ${detail} (${request_id})`), problem);
}
// --8<-- [end:client]

export async function health() {
  // --8<-- [start:health]
  const signal = AbortSignal.timeout(5_000);
  const answer = await fetch("http://127.0.0.1:8080/healthz", { signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const { version } = await answer.json();
  console.log(version);
  // --8<-- [end:health]
}

export async function ready() {
  // --8<-- [start:ready]
  const signal = AbortSignal.timeout(5_000);
  const answer = await fetch("http://127.0.0.1:8080/readyz", { signal });
  const { failing } = await answer.json();
  console.log(answer.status, failing);
  // --8<-- [end:ready]
}

export async function metrics() {
  // --8<-- [start:metrics]
  const answer = await call("GET", "/metrics");
  const lines = (await answer.text()).split("\n");
  console.log(lines.find((line) => line.startsWith("kite_viewers ")));
  // --8<-- [end:metrics]
}

export async function createToken() {
  // --8<-- [start:create-token]
  const token = await call("POST", "/v1/tokens", {
    name: "web",
    role: "viewer",
    scopes: ["room.read", "play.sign"],
    expires_at: "2036-01-31T20:00:00Z",
  });
  console.log(token.id, token.secret);
  // --8<-- [end:create-token]
}

export async function listTokens() {
  // --8<-- [start:list-tokens]
  let after = 0;
  while (after !== null) {
    const found = await call("GET", `/v1/tokens?limit=200&after=${after}`);
    for (const token of found.items) {
      console.log(token.id, token.hint, token.state, token.role, token.name);
    }
    after = found.next;
  }
  // --8<-- [end:list-tokens]
}

export async function revokeToken() {
  // --8<-- [start:revoke-token]
  await call("DELETE", "/v1/tokens/3");
  // --8<-- [end:revoke-token]
}

export async function createRoom() {
  // --8<-- [start:create-room]
  let room;
  try {
    room = await call("POST", "/v1/rooms", { id: "demo", title: "First light" });
  } catch (error) {
    if (error.code !== "ROOM_EXISTS") throw error; // created by an earlier attempt
    room = await call("GET", "/v1/rooms/demo");
  }
  console.log(room.play_urls.hls);
  // --8<-- [end:create-room]
}

export async function listRooms() {
  // --8<-- [start:list-rooms]
  let after = "";
  while (after !== null) {
    const found = await call("GET", `/v1/rooms?limit=200&after=${after}`);
    for (const room of found.items) console.log(room.id, room.state, room.title);
    after = found.next;
  }
  // --8<-- [end:list-rooms]
}

export async function showRoom() {
  // --8<-- [start:show-room]
  const room = await call("GET", "/v1/rooms/demo");
  console.log(room.state, room.live_since);
  // --8<-- [end:show-room]
}

export async function changeRoom() {
  // --8<-- [start:change-room]
  const wanted = { title: "Second light", category: "music", record: true };
  const room = await call("PATCH", "/v1/rooms/demo", wanted);
  console.log(room.title, room.category);
  // --8<-- [end:change-room]
}

export async function deleteRoom() {
  // --8<-- [start:delete-room]
  await call("DELETE", "/v1/rooms/demo");
  // --8<-- [end:delete-room]
}

export async function banRoom() {
  // --8<-- [start:ban-room]
  const ban = { reason: "Copyright complaint 17", until: "2036-01-31T20:00:00Z" };
  let room;
  try {
    room = await call("POST", "/v1/rooms/demo/ban", ban);
  } catch (error) {
    if (error.status !== 503) throw error;
    // stored, but perhaps not cut: once more
    room = await call("POST", "/v1/rooms/demo/ban", ban);
  }
  console.log(room.state, room.banned_until);
  // --8<-- [end:ban-room]
}

export async function unbanRoom() {
  // --8<-- [start:unban-room]
  const room = await call("POST", "/v1/rooms/demo/unban");
  console.log(room.state);
  // --8<-- [end:unban-room]
}

export async function stopRoom() {
  // --8<-- [start:stop-room]
  try {
    const room = await call("POST", "/v1/rooms/demo/stop");
    console.log(room.state);
  } catch (error) {
    if (error.code !== "ROOM_NOT_LIVE") throw error;
    console.log("not live"); // nothing to cut
  }
  // --8<-- [end:stop-room]
}

export async function createKey() {
  // --8<-- [start:create-key]
  // both may be left out
  const wanted = { user: "mei", expires_at: "2036-01-31T20:00:00Z" };
  const key = await call("POST", "/v1/rooms/demo/keys", wanted);
  console.log(key.publish_url); // server field of the encoder
  console.log(key.stream_key); // stream key field; shown only in this answer
  // --8<-- [end:create-key]
}

export async function listKeys() {
  // --8<-- [start:list-keys]
  const keys = await call("GET", "/v1/rooms/demo/keys");
  for (const key of keys.items) {
    console.log(key.id, key.hint, key.state, key.last_used_at);
  }
  // --8<-- [end:list-keys]
}

export async function rotateKey() {
  // --8<-- [start:rotate-key]
  const wanted = { grace_seconds: 3600 };
  const key = await call("POST", "/v1/rooms/demo/keys/1/rotate", wanted);
  console.log(key.stream_key); // the old one is accepted until key.previous_until
  // --8<-- [end:rotate-key]
}

export async function revokeKey() {
  // --8<-- [start:revoke-key]
  let key;
  try {
    key = await call("POST", "/v1/rooms/demo/keys/1/revoke");
  } catch (error) {
    if (error.status !== 503) throw error;
    // stored, but perhaps not cut: once more
    key = await call("POST", "/v1/rooms/demo/keys/1/revoke");
  }
  console.log(key.state);
  // --8<-- [end:revoke-key]
}

export async function createUser() {
  // --8<-- [start:create-user]
  const { PASSWORD } = process.env;
  let user;
  try {
    const wanted = { name: "mei", role: "moderator", password: PASSWORD };
    user = await call("POST", "/v1/users", wanted);
  } catch (error) {
    if (error.code !== "USER_EXISTS") throw error; // created by an earlier attempt
    user = await call("PATCH", "/v1/users/mei", { role: "moderator" });
  }
  console.log(user.role);
  // --8<-- [end:create-user]
}

export async function signIn() {
  // --8<-- [start:sign-in]
  const { PASSWORD } = process.env;
  const account = { user: "mei", password: PASSWORD };
  const token = await call("POST", "/v1/sign-in", account);
  console.log(token.role, token.expires_at); // token.secret is the access token
  // --8<-- [end:sign-in]
}

export async function listUsers() {
  // --8<-- [start:list-users]
  let after = 0;
  while (after !== null) {
    const found = await call("GET", `/v1/users?limit=200&after=${after}`);
    for (const user of found.items) {
      console.log(user.name, user.role, user.banned ? "banned" : "");
    }
    after = found.next;
  }
  // --8<-- [end:list-users]
}

export async function changeUser() {
  // --8<-- [start:change-user]
  const user = await call("PATCH", "/v1/users/mei", { role: "operator" });
  console.log(user.role);
  // --8<-- [end:change-user]
}

export async function banUser() {
  // --8<-- [start:ban-user]
  const ban = { reason: "Shares her account" };
  let user;
  try {
    user = await call("POST", "/v1/users/mei/ban", ban);
  } catch (error) {
    if (error.status !== 503) throw error;
    // stored, but perhaps not cut: once more
    user = await call("POST", "/v1/users/mei/ban", ban);
  }
  console.log(user.banned);
  // --8<-- [end:ban-user]
}

export async function unbanUser() {
  // --8<-- [start:unban-user]
  const user = await call("POST", "/v1/users/mei/unban");
  console.log(user.banned);
  // --8<-- [end:unban-user]
}

export async function deleteUser() {
  // --8<-- [start:delete-user]
  await call("DELETE", "/v1/users/mei");
  // --8<-- [end:delete-user]
}

export async function listBroadcasts() {
  // --8<-- [start:list-broadcasts]
  let before = 0;
  while (before !== null) {
    const query = `room=demo&limit=200&before=${before}`;
    const found = await call("GET", `/v1/broadcasts?${query}`);
    for (const one of found.items) {
      console.log(one.id, one.seconds, one.peak_viewers, one.reason);
    }
    before = found.next;
  }
  // --8<-- [end:list-broadcasts]
}

export async function stopEverything() {
  // --8<-- [start:stop-everything]
  const stop = { reason: "Network attack" };
  let emergency;
  try {
    emergency = await call("POST", "/v1/emergency-stop", stop);
  } catch (error) {
    if (error.status !== 503) throw error;
    // publishing is refused, but perhaps not all were cut: once more
    emergency = await call("POST", "/v1/emergency-stop", stop);
  }
  console.log(emergency.stopped);
  // --8<-- [end:stop-everything]
}

export async function showEmergency() {
  // --8<-- [start:show-emergency]
  const emergency = await call("GET", "/v1/emergency-stop");
  console.log(emergency.stopped, emergency.reason);
  // --8<-- [end:show-emergency]
}

export async function liftEmergency() {
  // --8<-- [start:lift-emergency]
  const emergency = await call("DELETE", "/v1/emergency-stop");
  console.log(emergency.stopped);
  // --8<-- [end:lift-emergency]
}

export async function listAudit() {
  // --8<-- [start:list-audit]
  let before = 0;
  while (before !== null) {
    const query = `target=room:demo&limit=200&before=${before}`;
    const found = await call("GET", `/v1/audit?${query}`);
    for (const entry of found.items) {
      console.log(entry.at, entry.actor, entry.action);
    }
    before = found.next;
  }
  // --8<-- [end:list-audit]
}

export async function createPlayLink() {
  // --8<-- [start:create-play-link]
  const wanted = { expires_in_seconds: 3600 };
  const link = await call("POST", "/v1/rooms/demo/play-links", wanted);
  console.log(link.hls, link.expires_at);
  // --8<-- [end:create-play-link]
}

export async function listRecordings() {
  // --8<-- [start:list-recordings]
  let before = 0;
  while (before !== null) {
    const query = `room=demo&limit=200&before=${before}`;
    const found = await call("GET", `/v1/recordings?${query}`);
    for (const recording of found.items) {
      console.log(recording.id, recording.state, recording.bytes);
    }
    before = found.next;
  }
  // --8<-- [end:list-recordings]
}

export async function showRecording() {
  // --8<-- [start:show-recording]
  const recording = await call("GET", "/v1/recordings/1");
  console.log(recording.state);
  // --8<-- [end:show-recording]
}

export async function downloadRecording() {
  // --8<-- [start:download-recording]
  // The whole may take long, but no part of it more than 15 s.
  const stalled = new AbortController();
  const stop = () => stalled.abort(new Error("nothing came for 15 s"));
  const timer = setTimeout(stop, 15_000).unref();
  const { signal } = stalled;
  const answer = await call("GET", "/v1/recordings/1/file", undefined, signal);
  async function* parts() {
    for await (const part of answer.body) {
      timer.refresh();
      yield part;
    }
  }
  await writeFile("demo.mp4", parts());
  // --8<-- [end:download-recording]
}

export async function deleteRecording() {
  // --8<-- [start:delete-recording]
  await call("DELETE", "/v1/recordings/1");
  // --8<-- [end:delete-recording]
}

export async function createWebhook() {
  // --8<-- [start:create-webhook]
  const webhook = await call("POST", "/v1/webhooks", {
    url: "http://127.0.0.1:9000/kite",
    events: ["broadcast.started", "broadcast.ended"],
  });
  console.log(webhook.id, webhook.secret);
  // --8<-- [end:create-webhook]
}

export async function listWebhooks() {
  // --8<-- [start:list-webhooks]
  const webhooks = await call("GET", "/v1/webhooks");
  for (const webhook of webhooks.items) {
    console.log(webhook.id, webhook.url, webhook.events.join(", ") || "all events");
  }
  // --8<-- [end:list-webhooks]
}

export async function testWebhook() {
  // --8<-- [start:test-webhook]
  const delivery = await call("POST", "/v1/webhooks/1/test");
  console.log(delivery.id, delivery.state);
  // --8<-- [end:test-webhook]
}

export async function listDeliveries() {
  // --8<-- [start:list-deliveries]
  let before = 0;
  while (before !== null) {
    const query = `state=dead&limit=200&before=${before}`;
    const found = await call("GET", `/v1/deliveries?${query}`);
    for (const delivery of found.items) {
      console.log(delivery.id, delivery.type, delivery.attempts, delivery.error);
    }
    before = found.next;
  }
  // --8<-- [end:list-deliveries]
}

export async function replayDelivery() {
  // --8<-- [start:replay-delivery]
  const delivery = await call("POST", "/v1/deliveries/1/replay");
  console.log(delivery.state);
  // --8<-- [end:replay-delivery]
}

export async function deleteWebhook() {
  // --8<-- [start:delete-webhook]
  await call("DELETE", "/v1/webhooks/1");
  // --8<-- [end:delete-webhook]
}
