// What a real receiver got from the real program, verified with the library that the Standard
// Webhooks project publishes.
//
//   node webhooks_test.mjs build/release/multipass
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const patience = setTimeout(() => {
  console.error("nothing happened for two minutes");
  process.exit(1);
}, 120_000);

// A receiver that keeps what it is sent, and hands it out in order.
const received = [];
let arrived = () => {};
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    received.push({ headers: request.headers, body });
    response.writeHead(204).end();
    arrived();
  });
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
async function delivery(index) {
  while (received.length <= index) await new Promise((resolve) => (arrived = resolve));
  return received[index];
}

const folder = mkdtempSync(join(tmpdir(), "multipass-webhooks-"));
const program = spawn(process.argv[2], ["serve", "--sandbox", "--listen", "127.0.0.1:0",
  "--admin-listen", "127.0.0.1:0", "--database", join(folder, "test.db")],
  { stdio: ["ignore", "ignore", "pipe"] });
let gateway, bank;
for await (const line of createInterface({ input: program.stderr })) {
  const said = JSON.parse(line);
  if (said.event !== "started") continue;
  gateway = `http://${said.listen}`;
  bank = `http://${said.admin_listen}`;
  break;
}
program.stderr.resume();

async function ask_bank(path, body = {}) {
  const answer = await fetch(bank + path, {
    method: "POST",
    headers: { authorization: "Bearer sandbox-admin-key", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

async function grant() {
  const asked = new URLSearchParams({ username: "username", secret: "sandbox-secret",
    scope: "account.list", redirect_uri: "http://127.0.0.1:9090/callback" });
  const { redirectUrl } = await (await fetch(`${gateway}/api/tpp/authorize?${asked}`,
    { method: "POST" })).json();
  const handle = new URL(redirectUrl).searchParams.get("x-request-id");
  await ask_bank(`/admin/authorizations/${handle}/approve`, { psu: "john" });
}

try {
  const url = `http://127.0.0.1:${receiver.address().port}/hook`;
  const { secret } = await ask_bank("/admin/tpps/username/webhook", { url });
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);

  await grant();
  const { headers, body } = await delivery(0);
  const event = new Webhook(secret).verify(body, headers);
  assert.equal(event.type, "consent.granted");
  assert.equal(event.data.clientId, "username__1");
  assert.ok(Math.abs(Date.parse(event.timestamp) - Date.now()) < 120_000);

  assert.throws(() => new Webhook(secret).verify(body.replace("granted", "revoked"), headers),
    WebhookVerificationError);
  assert.throws(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": "other-1" }),
    WebhookVerificationError);
  const stranger = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  assert.throws(() => new Webhook(stranger).verify(body, headers), WebhookVerificationError);

  const rotated = await ask_bank("/admin/tpps/username/webhook", { url, rotate_secret: true });
  assert.notEqual(rotated.secret, secret);
  await grant();
  const second = await delivery(1);
  for (const known of [secret, rotated.secret]) {
    assert.equal(new Webhook(known).verify(second.body, second.headers).type, "consent.granted");
  }
  console.log("2 deliveries verified");
} finally {
  program.kill("SIGTERM");
  await once(program, "exit");
  receiver.close();
  receiver.closeAllConnections();
  rmSync(folder, { recursive: true });
  clearTimeout(patience);
}
