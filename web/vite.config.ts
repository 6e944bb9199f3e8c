// Builds dist/report.html: one file that asks for nothing else. naru/lab/report.cpp writes the data into it.
import { readFileSync } from "node:fs";
import { type Plugin, defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

/** `npm run dev` shows invented data where `naru` puts the measured ones (NARU_SAMPLE=claims-sample.json: the laboratory's),
 * and lets the page load its modules. */
const sampleData: Plugin = {
  name: "sample-data",
  apply: "serve",
  transformIndexHtml: (html) =>
    html
      .replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, "")
      .replace("NARU_DATA", () => readFileSync(process.env.NARU_SAMPLE ?? "sample.json", "utf8").replaceAll("<", "\\u003c")),
};

/** Every report carries the notices of the programs that it contains. */
const notices: Plugin = {
  name: "notices",
  apply: "build",
  transformIndexHtml: (html) => html.replace("</html>", () => `</html>\n<!--\n${readFileSync("licenses.txt", "utf8")}-->`),
};

export default defineConfig({
  plugins: [sampleData, notices, viteSingleFile({ removeViteModuleLoader: true })],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: { rollupOptions: { input: "report.html" }, target: "es2021", reportCompressedSize: false },
});
