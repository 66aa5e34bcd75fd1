// Every endpoint of Kite once, with the fetch of Node.js: node endpoints.mjs create-room
//
// Needs KITE_TOKEN, PASSWORD for the sign-in, and KITE_API if Kite is elsewhere.

// --8<-- [start:client]
const base = process.env.KITE_API ?? "http://127.0.0.1:8080";

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${process.env.KITE_TOKEN}` };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(base + path, {
    method,
    headers,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  if (answer.ok) return answer;
  const problem = await answer.json();
  throw Object.assign(new Error(`${problem.code}: ${problem.detail}`), problem);
}
// --8<-- [end:client]

const examples = {
  health: async () => {
    // --8<-- [start:health]
    const answer = await call("GET", "/healthz");
    console.log((await answer.json()).version);
    // --8<-- [end:health]
  },

  ready: async () => {
    // --8<-- [start:ready]
    const answer = await fetch(`${base}/readyz`); // 503 is an answer too
    console.log(answer.status, (await answer.json()).failing);
    // --8<-- [end:ready]
  },

  metrics: async () => {
    // --8<-- [start:metrics]
    const text = await (await call("GET", "/metrics")).text();
    console.log(text.split("\n").find((line) => line.startsWith("kite_viewers ")));
    // --8<-- [end:metrics]
  },

  "create-token": async () => {
    // --8<-- [start:create-token]
    const answer = await call("POST", "/v1/tokens", {
      name: "web",
      role: "viewer",
      scopes: ["room.read", "play.sign"],
      expires_at: "2036-01-31T20:00:00Z",
    });
    const token = await answer.json();
    console.log(token.id, token.secret);
    // --8<-- [end:create-token]
  },

  "list-tokens": async () => {
    // --8<-- [start:list-tokens]
    for (let after = 0; after !== null; ) {
      const page = await (await call("GET", `/v1/tokens?limit=200&after=${after}`)).json();
      for (const token of page.items) {
        console.log(token.id, token.hint, token.state, token.role, token.name);
      }
      after = page.next;
    }
    // --8<-- [end:list-tokens]
  },

  "revoke-token": async () => {
    // --8<-- [start:revoke-token]
    await call("DELETE", "/v1/tokens/3");
    // --8<-- [end:revoke-token]
  },

  "create-room": async () => {
    // --8<-- [start:create-room]
    const answer = await call("POST", "/v1/rooms", { id: "demo", title: "First light" }).catch(
      (problem) => {
        if (problem.code !== "ROOM_EXISTS") throw problem;
        return call("GET", "/v1/rooms/demo"); // created by an earlier attempt
      },
    );
    console.log((await answer.json()).play_urls.hls);
    // --8<-- [end:create-room]
  },

  "list-rooms": async () => {
    // --8<-- [start:list-rooms]
    for (let after = ""; after !== null; ) {
      const page = await (await call("GET", `/v1/rooms?limit=200&after=${after}`)).json();
      for (const room of page.items) console.log(room.id, room.state, room.title);
      after = page.next;
    }
    // --8<-- [end:list-rooms]
  },

  "show-room": async () => {
    // --8<-- [start:show-room]
    const room = await (await call("GET", "/v1/rooms/demo")).json();
    console.log(room.state, room.live_since);
    // --8<-- [end:show-room]
  },

  "change-room": async () => {
    // --8<-- [start:change-room]
    const change = { title: "Second light", category: "music", record: true };
    const room = await (await call("PATCH", "/v1/rooms/demo", change)).json();
    console.log(room.title, room.category);
    // --8<-- [end:change-room]
  },

  "delete-room": async () => {
    // --8<-- [start:delete-room]
    await call("DELETE", "/v1/rooms/demo");
    // --8<-- [end:delete-room]
  },

  "ban-room": async () => {
    // --8<-- [start:ban-room]
    const ban = { reason: "Copyright complaint 17", until: "2036-01-31T20:00:00Z" };
    const answer = await call("POST", "/v1/rooms/demo/ban", ban).catch((problem) => {
      if (problem.status !== 503) throw problem;
      return call("POST", "/v1/rooms/demo/ban", ban); // stored, but perhaps not cut: once more
    });
    const room = await answer.json();
    console.log(room.state, room.banned_until);
    // --8<-- [end:ban-room]
  },

  "unban-room": async () => {
    // --8<-- [start:unban-room]
    const room = await (await call("POST", "/v1/rooms/demo/unban")).json();
    console.log(room.state);
    // --8<-- [end:unban-room]
  },

  "stop-room": async () => {
    // --8<-- [start:stop-room]
    try {
      const room = await (await call("POST", "/v1/rooms/demo/stop")).json();
      console.log(room.state);
    } catch (problem) {
      if (problem.code !== "ROOM_NOT_LIVE") throw problem;
      console.log("not live"); // nothing to cut
    }
    // --8<-- [end:stop-room]
  },

  "create-key": async () => {
    // --8<-- [start:create-key]
    const wanted = { user: "mei", expires_at: "2036-01-31T20:00:00Z" }; // both may be left out
    const key = await (await call("POST", "/v1/rooms/demo/keys", wanted)).json();
    console.log(key.publish_url); // server field of the encoder
    console.log(key.stream_key); // stream key field; shown only in this answer
    // --8<-- [end:create-key]
  },

  "list-keys": async () => {
    // --8<-- [start:list-keys]
    const keys = await (await call("GET", "/v1/rooms/demo/keys")).json();
    for (const key of keys.items) console.log(key.id, key.hint, key.state, key.last_used_at);
    // --8<-- [end:list-keys]
  },

  "rotate-key": async () => {
    // --8<-- [start:rotate-key]
    const answer = await call("POST", "/v1/rooms/demo/keys/1/rotate", { grace_seconds: 3600 });
    const key = await answer.json();
    console.log(key.stream_key); // the old one is accepted until key.previous_until
    // --8<-- [end:rotate-key]
  },

  "revoke-key": async () => {
    // --8<-- [start:revoke-key]
    const answer = await call("POST", "/v1/rooms/demo/keys/1/revoke").catch((problem) => {
      if (problem.status !== 503) throw problem;
      return call("POST", "/v1/rooms/demo/keys/1/revoke"); // stored, but perhaps not cut
    });
    console.log((await answer.json()).state);
    // --8<-- [end:revoke-key]
  },

  "create-user": async () => {
    // --8<-- [start:create-user]
    const user = { name: "mei", role: "moderator", password: process.env.PASSWORD };
    const answer = await call("POST", "/v1/users", user).catch((problem) => {
      if (problem.code !== "USER_EXISTS") throw problem;
      return call("PATCH", "/v1/users/mei", { role: "moderator" }); // by an earlier attempt
    });
    console.log((await answer.json()).role);
    // --8<-- [end:create-user]
  },

  "sign-in": async () => {
    // --8<-- [start:sign-in]
    const user = { user: "mei", password: process.env.PASSWORD };
    const token = await (await call("POST", "/v1/sign-in", user)).json();
    console.log(token.role, token.expires_at); // token.secret is the access token
    // --8<-- [end:sign-in]
  },

  "list-users": async () => {
    // --8<-- [start:list-users]
    for (let after = 0; after !== null; ) {
      const page = await (await call("GET", `/v1/users?limit=200&after=${after}`)).json();
      for (const user of page.items) {
        console.log(user.name, user.role, user.banned ? "banned" : "");
      }
      after = page.next;
    }
    // --8<-- [end:list-users]
  },

  "change-user": async () => {
    // --8<-- [start:change-user]
    const user = await (await call("PATCH", "/v1/users/mei", { role: "operator" })).json();
    console.log(user.role);
    // --8<-- [end:change-user]
  },

  "ban-user": async () => {
    // --8<-- [start:ban-user]
    const ban = { reason: "Shares her account" };
    const answer = await call("POST", "/v1/users/mei/ban", ban).catch((problem) => {
      if (problem.status !== 503) throw problem;
      return call("POST", "/v1/users/mei/ban", ban); // stored, but perhaps not cut: once more
    });
    console.log((await answer.json()).banned);
    // --8<-- [end:ban-user]
  },

  "unban-user": async () => {
    // --8<-- [start:unban-user]
    const user = await (await call("POST", "/v1/users/mei/unban")).json();
    console.log(user.banned);
    // --8<-- [end:unban-user]
  },

  "delete-user": async () => {
    // --8<-- [start:delete-user]
    await call("DELETE", "/v1/users/mei");
    // --8<-- [end:delete-user]
  },

  "list-broadcasts": async () => {
    // --8<-- [start:list-broadcasts]
    for (let before = 0; before !== null; ) {
      const path = `/v1/broadcasts?room=demo&limit=200&before=${before}`;
      const page = await (await call("GET", path)).json();
      for (const one of page.items) {
        console.log(one.id, one.seconds, one.peak_viewers, one.reason);
      }
      before = page.next;
    }
    // --8<-- [end:list-broadcasts]
  },

  "stop-everything": async () => {
    // --8<-- [start:stop-everything]
    const why = { reason: "Network attack" };
    const answer = await call("POST", "/v1/emergency-stop", why).catch((problem) => {
      if (problem.status !== 503) throw problem;
      return call("POST", "/v1/emergency-stop", why); // refused from now on, perhaps not all cut
    });
    console.log((await answer.json()).stopped);
    // --8<-- [end:stop-everything]
  },

  "show-emergency": async () => {
    // --8<-- [start:show-emergency]
    const emergency = await (await call("GET", "/v1/emergency-stop")).json();
    console.log(emergency.stopped, emergency.reason);
    // --8<-- [end:show-emergency]
  },

  "lift-emergency": async () => {
    // --8<-- [start:lift-emergency]
    const emergency = await (await call("DELETE", "/v1/emergency-stop")).json();
    console.log(emergency.stopped);
    // --8<-- [end:lift-emergency]
  },

  "list-audit": async () => {
    // --8<-- [start:list-audit]
    for (let before = 0; before !== null; ) {
      const path = `/v1/audit?target=room:demo&limit=200&before=${before}`;
      const page = await (await call("GET", path)).json();
      for (const entry of page.items) console.log(entry.at, entry.actor, entry.action);
      before = page.next;
    }
    // --8<-- [end:list-audit]
  },

  "create-play-link": async () => {
    // --8<-- [start:create-play-link]
    const wanted = { expires_in_seconds: 3600 };
    const link = await (await call("POST", "/v1/rooms/demo/play-links", wanted)).json();
    console.log(link.hls, link.expires_at);
    // --8<-- [end:create-play-link]
  },

  "list-recordings": async () => {
    // --8<-- [start:list-recordings]
    for (let before = 0; before !== null; ) {
      const path = `/v1/recordings?room=demo&limit=200&before=${before}`;
      const page = await (await call("GET", path)).json();
      for (const recording of page.items) {
        console.log(recording.id, recording.state, recording.bytes);
      }
      before = page.next;
    }
    // --8<-- [end:list-recordings]
  },

  "show-recording": async () => {
    // --8<-- [start:show-recording]
    const recording = await (await call("GET", "/v1/recordings/1")).json();
    console.log(recording.state);
    // --8<-- [end:show-recording]
  },

  "download-recording": async () => {
    // --8<-- [start:download-recording]
    const { writeFile } = await import("node:fs/promises");
    const answer = await call("GET", "/v1/recordings/1/file");
    await writeFile("demo.mp4", answer.body); // part by part, as it arrives
    // --8<-- [end:download-recording]
  },

  "delete-recording": async () => {
    // --8<-- [start:delete-recording]
    await call("DELETE", "/v1/recordings/1");
    // --8<-- [end:delete-recording]
  },

  "create-webhook": async () => {
    // --8<-- [start:create-webhook]
    const answer = await call("POST", "/v1/webhooks", {
      url: "http://127.0.0.1:9000/kite",
      events: ["broadcast.started", "broadcast.ended"],
    });
    const webhook = await answer.json();
    console.log(webhook.id, webhook.secret);
    // --8<-- [end:create-webhook]
  },

  "list-webhooks": async () => {
    // --8<-- [start:list-webhooks]
    const webhooks = await (await call("GET", "/v1/webhooks")).json();
    for (const webhook of webhooks.items) {
      console.log(webhook.id, webhook.url, webhook.events.join(", ") || "all events");
    }
    // --8<-- [end:list-webhooks]
  },

  "test-webhook": async () => {
    // --8<-- [start:test-webhook]
    const delivery = await (await call("POST", "/v1/webhooks/1/test")).json();
    console.log(delivery.id, delivery.state);
    // --8<-- [end:test-webhook]
  },

  "list-deliveries": async () => {
    // --8<-- [start:list-deliveries]
    for (let before = 0; before !== null; ) {
      const path = `/v1/deliveries?state=dead&limit=200&before=${before}`;
      const page = await (await call("GET", path)).json();
      for (const delivery of page.items) {
        console.log(delivery.id, delivery.type, delivery.attempts, delivery.error);
      }
      before = page.next;
    }
    // --8<-- [end:list-deliveries]
  },

  "replay-delivery": async () => {
    // --8<-- [start:replay-delivery]
    const delivery = await (await call("POST", "/v1/deliveries/1/replay")).json();
    console.log(delivery.state);
    // --8<-- [end:replay-delivery]
  },

  "delete-webhook": async () => {
    // --8<-- [start:delete-webhook]
    await call("DELETE", "/v1/webhooks/1");
    // --8<-- [end:delete-webhook]
  },
};

await examples[process.argv[2]]();
