// Builds ../static/widget.js. `--check` builds in memory and fails where the committed file differs.

import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const OUT = new URL("../static/widget.js", import.meta.url);
const LIMIT = 60 * 1024; // bytes, gzipped
const HERE = new URL(".", import.meta.url).pathname;

/** Style sheets become strings: the widget hands them to a constructable sheet, which a strict CSP allows. */
const cssAsText = {
  name: "css-as-text",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: HERE,
  entryPoints: ["src/index.ts"],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: ["es2022"],
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  banner: { js: "/* yorozu-chat, Apache-2.0; with Preact, MIT. Built from app/web/widget. */" },
  plugins: [cssAsText],
});

const built = outputFiles[0].contents;
const size = gzipSync(built).length;
if (size > LIMIT) throw new Error(`widget.js is ${size} bytes gzipped, over ${LIMIT}`);
if (process.argv.includes("--check")) {
  const committed = await readFile(OUT).catch(() => Buffer.alloc(0));
  if (!committed.equals(Buffer.from(built))) {
    console.error("app/web/static/widget.js is not what the sources build: npm run build");
    process.exit(1);
  }
} else {
  await writeFile(OUT, built);
}
console.log(`widget.js: ${built.length} bytes, ${size} gzipped`);
