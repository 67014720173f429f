// Has a recorder of npm watch two calls: node recorders.cjs TOOL CALLS, with packages in NODE_PATH and CALLS as JSON:
// base, coding, comment, and the file to write.
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

const [tool, calls] = process.argv.slice(2);
const { base, coding, comment, file } = JSON.parse(calls);
const ORDERS = "/v1/orders";
const ANSWER = "/external/v1/contents/qnas/";
const sent = JSON.stringify({ commentContent: comment });

function ask(method, target, body) {
  const headers = { Accept: "application/json", "Accept-Encoding": coding };
  if (body) Object.assign(headers, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
  return new Promise((resolve, reject) => {
    const request = http.request(base + target, { method, headers }, (answer) => {
      answer.on("end", resolve);
      answer.resume();
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function askBoth() {
  await ask("GET", ORDERS);
  await ask("PUT", `${ANSWER}1`, sent);
}

async function recordWithNock() {
  const { recorder } = require("nock");
  recorder.rec({ output_objects: true, dont_print: true, enable_reqheaders_recording: true });
  await askBoth();
  fs.writeFileSync(file, JSON.stringify(recorder.play(), null, 2));
}

async function recordWithPolly() {
  const { Polly } = require("@pollyjs/core");
  Polly.register(require("@pollyjs/adapter-node-http"));
  Polly.register(require("@pollyjs/persister-fs"));
  const folder = path.dirname(file);
  const polly = new Polly("recording", {
    adapters: ["node-http"],
    persister: "fs",
    persisterOptions: { fs: { recordingsDir: folder } },
    recordFailedRequests: true,
  });
  await askBoth();
  await polly.stop();
  const [made] = fs.readdirSync(folder).filter((name) => name.startsWith("recording_"));
  fs.renameSync(path.join(folder, made, "recording.har"), file);
}

function runNewman() {
  const header = [
    { key: "Accept", value: "application/json" },
    { key: "Accept-Encoding", value: coding },
  ];
  const url = {
    raw: `{{base}}${ANSWER}:id`,
    host: ["{{base}}"],
    path: [...ANSWER.split("/").filter(Boolean), ":id"],
    variable: [{ key: "id", value: "1" }],
  };
  const body = { mode: "raw", raw: sent };
  const put = { method: "PUT", url, body, header: [...header, { key: "Content-Type", value: "application/json" }] };
  const collection = {
    info: { name: "shop", schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
    item: [
      { name: "orders", request: { method: "GET", header, url: `{{base}}${ORDERS}` } },
      { name: "questions", item: [{ name: "answer", request: put }] },
    ],
    variable: [{ key: "base", value: base }],
  };
  const options = { collection, reporters: ["json"], reporter: { json: { export: file } } };
  return new Promise((resolve, reject) => {
    require("newman").run(options, (error) => (error ? reject(error) : resolve()));
  });
}

// Some of them keep the process alive.
const record = { nock: recordWithNock, polly: recordWithPolly, newman: runNewman }[tool];
record().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
