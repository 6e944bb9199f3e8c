// Chromium over its debugging pipe: opens a page, runs functions in it, takes pictures of it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const flags = ["--headless", "--hide-scrollbars", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--remote-debugging-pipe", "about:blank"];

export function openChromium(program) {
  const profile = mkdtempSync(join(tmpdir(), "naru-page-"));
  const browser = spawn(program, [...flags.slice(0, -1), `--user-data-dir=${profile}`, flags.at(-1)], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map(), listeners = new Set();
  let last = 0, rest = Buffer.alloc(0);
  // Messages are JSON, each ended by a zero byte.
  browser.stdio[4].on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      receive(JSON.parse(rest.subarray(0, end).toString("utf8")));
      rest = rest.subarray(end + 1);
    }
  });
  function receive(message) {
    if (message.id === undefined) return listeners.forEach((listener) => listener(message));
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) reject(new Error(message.error.message));
    else resolve(message.result);
  }
  browser.on("exit", () => waiting.forEach(({ reject }) => reject(new Error(`${program} ended`))));
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    browser.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });
  return {
    /** A page of this size, loaded; `errors` and `requests` are what it said and asked for so far. */
    async open(url, { width, height }) {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      const ask = (method, params) => send(method, params, sessionId);
      const errors = [], requests = [];
      let loaded;
      const load = new Promise((resolve) => (loaded = resolve));
      listeners.add(({ method, params, sessionId: from }) => {
        if (from !== sessionId) return;
        if (method === "Page.loadEventFired") loaded();
        if (method === "Runtime.exceptionThrown") errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
        if (method === "Runtime.consoleAPICalled" && params.type === "error") errors.push(params.args.map((one) => one.value ?? one.description).join(" "));
        if (method === "Log.entryAdded" && params.entry.level === "error") errors.push(params.entry.text);
        if (method === "Network.requestWillBeSent") requests.push(params.request.url);
      });
      for (const domain of ["Page", "Runtime", "Log", "Network"]) await ask(`${domain}.enable`);
      await ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
      await ask("Page.navigate", { url });
      await load;
      return {
        errors, requests,
        async run(work, ...values) {
          const expression = `(${work})(...${JSON.stringify(values)})`;
          const { result, exceptionDetails } = await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, userGesture: true });
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
          return result.value;
        },
        /** Of the whole page, however long. */
        async picture(file) {
          const { data } = await ask("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
          writeFileSync(file, Buffer.from(data, "base64"));
        },
        async print(file) {
          const { data } = await ask("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
          writeFileSync(file, Buffer.from(data, "base64"));
        },
        resize: (size) => ask("Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: 1, mobile: false }),
        close: () => send("Target.closeTarget", { targetId }),
      };
    },
    async close() {
      const ended = new Promise((resolve) => browser.on("exit", resolve));
      await send("Browser.close").catch(() => browser.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
