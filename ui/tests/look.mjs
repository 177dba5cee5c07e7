// Every page and state of the demo, in both themes and two sizes, under the window's own policy: a screenshot of each,
// axe-core on each, and no error in the console. `npm run look -- FOLDER [NAME,…]`; needs Debian's chromium.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src ipc: http://ipc.localhost";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };
const [folder = "shots", names] = process.argv.slice(2);
const wanted = names?.split(",");
const dist = join(import.meta.dirname, "../dist-demo");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SLEEVE = "sleeve@0adf63b89d53410c";
const vendor = encodeURIComponent(SLEEVE);
const tidewater = encodeURIComponent("tidewater@77c1f0a2be914d60");
const product = (n) => `#/product/${vendor}/5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e010${n}`;
const press = (page, name) => page.getByRole("button", { name }).click();

async function check(page) {
  await page.getByLabel("License key").fill("SLEEVE-DEMO-0000-7H3K");
  await page.getByLabel("From").selectOption(SLEEVE);
  await press(page, "Show what will be sent");
  await page.getByRole("button", { name: "Send to Sleeve Audio" }).waitFor();
}
async function plan(page) {
  await check(page);
  await press(page, "Send to Sleeve Audio");
  await page.getByRole("button", { name: "Send and activate" }).waitFor();
}
async function send(page) {
  await plan(page);
  await press(page, "Send and activate");
}
async function bytes(page) {
  await plan(page);
  await press(page, "Show the requests");
  await page.getByRole("button", { name: "Device name" }).hover();
}
async function registering(page) {
  await page.getByLabel("E-mail").fill("demo@example.com");
  await page.getByLabel("Password").fill("demo-password");
  await press(page, "Show what will be sent");
  await press(page, "Send and sign in");
  await page.getByLabel("Serial number").fill("DEMO-SERIAL-REGA");
}
async function shown(page) {
  await registering(page);
  await press(page, "Show what will be sent");
  await page.getByRole("button", { name: "Send and register" }).waitFor();
}
async function registered(page) {
  await shown(page);
  await press(page, "Send and register");
  await page.getByText("What happens next").waitFor();
}
async function given(page) {
  await page.getByLabel("E-mail", { exact: true }).fill("demo@example.com");
  await page.getByLabel("Password").fill("demo-password");
  await press(page, "Show what will be sent");
  await press(page, "Send and sign in");
  await page.getByLabel("E-mail address of who gets it").fill("friend@example.com");
}
async function asked(page) {
  await given(page);
  await press(page, "Show what will be sent");
  await press(page, "Ask");
  await page.getByRole("button", { name: "Give it away" }).waitFor();
}
async function tried(page) {
  await press(page, "Begin the trial");
  await page.getByText("are left").waitFor();
}
async function written(page) {
  await page.getByLabel("E-mail address of who gets it").fill("friend@example.com");
  await press(page, "Write the message");
  await page.getByText("Subject", { exact: true }).waitFor();
}
const until = (act, seen) => async (page) => {
  await act(page);
  await page.getByText(seen).first().waitFor();
};

/** Name: query, address, what is done first. */
const LOOKS = {
  library: ["", "#/"],
  "library-full": ["state=full", "#/"],
  "library-error": ["state=error", "#/"],
  "library-loading": ["state=loading", "#/"],
  "library-none": ["", "#/", (page) => page.getByLabel("Search").fill("zzzz")],
  "library-empty": ["state=empty", "#/"],
  "privacy-newer": ["newer", "#/privacy"],
  welcome: ["state=first", "#/"],
  "update-notice": ["newer", "#/settings", until((page) => press(page, /vendor file/), "promised notice")],
  update: ["state=demo", "#/settings", until((page) => press(page, /vendor file/), "differ")],
  review: ["state=first", "#/", until((page) => press(page, /file of Sleeve/), "What adding it means")],
  product: ["", product(3)],
  "product-renews": ["", product(2)],
  "product-none": ["", product(1)],
  "product-revoked": ["", product(8)],
  "add-key": ["", "#/add"],
  "add-check": ["", "#/add", check],
  "add-plan": ["", "#/add", plan],
  "add-bytes": ["", "#/add", bytes],
  "add-steps": ["pace=1200", "#/add", until(send, "done")],
  "add-refused": ["pace=20&refuse=keygen.seats_full&at=seat", "#/add", until(send, "All seats")],
  "add-open": ["pace=20&refuse=network.cut_off&at=file", "#/add", until(send, "Give the seat back")],
  "add-done": ["pace=20", "#/add", until(send, "is ready")],
  offline: ["pace=20&state=offline", "#/add", until(async (page) => (await check(page), press(page, "Send to Sleeve Audio")), "could not be reached")],
  "product-try": ["", product(1)],
  trial: ["", `#/trial/${vendor}/5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101`],
  "trial-done": ["", `#/trial/${vendor}/5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101`, tried],
  giving: ["", "#/transfer/b1f60000-0000-4000-8000-000000000004", given],
  "giving-preview": ["", "#/transfer/b1f60000-0000-4000-8000-000000000004", asked],
  "giving-message": ["", "#/transfer/b1f60000-0000-4000-8000-00000000000a", written],
  register: ["", `#/register/${tidewater}`, registering],
  "register-preview": ["", `#/register/${tidewater}`, shown],
  "register-done": ["pace=20", `#/register/${tidewater}`, registered],
  release: ["", "#/release/b1f60000-0000-4000-8000-000000000903"],
  refresh: ["", `#/refresh/${vendor}/b1f60000-0000-4000-8000-000000000003`],
  keys: ["", "#/keys"],
  sent: ["", "#/sent/38"],
  "sent-refused": ["", "#/sent/40"],
  "sent-hidden": ["hide", "#/sent/38"],
  "sent-full": ["state=full", "#/sent"],
  "sent-empty": ["state=empty", "#/sent"],
  privacy: ["", "#/privacy"],
  "privacy-account": ["", `#/privacy/${encodeURIComponent("tidewater@77c1f0a2be914d60")}`],
  "privacy-arturia": ["state=examples", "#/privacy"],
  "privacy-toontrack": ["state=examples", "#/privacy", (page) => page.getByLabel("Vendor").selectOption({ label: "Toontrack (example, as archived)" })],
  "usage-locked": ["usage=locked", "#/privacy"],
  "usage-none": ["", `#/privacy/${tidewater}`],
  "usage-draft": ["", "#/privacy", async (page) => (await page.getByLabel("DAW").check(), page.getByText("What you agree to", { exact: true }).waitFor())],
  "usage-on": ["usage=on", "#/privacy"],
  "usage-stopped": ["usage=stopped", "#/privacy"],
  usage: ["usage=on", `#/usage/${vendor}`],
  upload: ["usage=on", `#/upload/${vendor}`],
  "upload-bytes": ["usage=on", `#/upload/${vendor}`, (page) => press(page, "Show the requests")],
  "erase-usage": ["usage=stopped", `#/erase-usage/${vendor}`],
  settings: ["", "#/settings"],
  "settings-zoomed": ["zoom=150", "#/settings"],
  shortcuts: ["", "#/", (page) => page.keyboard.press("?")],
  "sign-in": ["", `#/sign-in/${vendor}`],
};

const server = createServer((asked, answer) => {
  const { pathname } = new URL(asked.url, "http://localhost");
  const file = join(dist, pathname === "/" ? "index.html" : pathname);
  if (!existsSync(file)) return void answer.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
  answer.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain", "content-security-policy": POLICY }).end(readFileSync(file));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const base = `http://127.0.0.1:${server.address().port}/`;

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const faults = [];
for (const [width, height] of [[1000, 700], [1440, 900]]) {
  for (const theme of ["light", "dark"]) {
    for (const [name, [query, address, act]] of Object.entries(LOOKS)) {
      if (wanted && !wanted.includes(name)) continue;
      const shot = `${name}-${theme}-${width}x${height}`;
      const page = await browser.newPage({ viewport: { width, height }, reducedMotion: "reduce" });
      page.setDefaultTimeout(10_000);
      page.on("console", (said) => ["error", "warning"].includes(said.type()) && faults.push(`${shot}: ${said.text()}`));
      page.on("pageerror", (error) => faults.push(`${shot}: ${error.message}`));
      try {
        await page.goto(`${base}?theme=${theme}&${query}${address}`);
        await page.locator("h1").waitFor();
        await page.evaluate(() => document.fonts.ready);
        await act?.(page);
        await page.waitForTimeout(150);
        await page.screenshot({ path: join(folder, `${shot}.png`) });
        // What is printed is the same in both themes; the darker one has more to lose.
        if (name.startsWith("privacy") && theme === "dark") await page.pdf({ path: join(folder, `${name}.pdf`), format: "A4" });
        if (width === 1000) {
          await page.evaluate(axe);
          const { violations } = await page.evaluate("axe.run()");
          faults.push(...violations.map(({ id, nodes }) => `${shot}: axe ${id}: ${nodes[0].html.slice(0, 160)}`));
        }
      } catch (error) {
        faults.push(`${shot}: ${error.message.split("\n")[0]}`);
      }
      await page.close();
    }
  }
}
await browser.close();
server.close();
console.log(faults.length ? faults.join("\n") : "nothing found");
process.exitCode = faults.length ? 1 : 0;
