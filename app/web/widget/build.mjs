// Builds ../static/widget.js and ../static/organiser.js. `--check` builds in memory and fails where a committed file differs.

import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const KIB = 1024;
const FILES = [ // limits are bytes, gzipped
  { name: "widget.js", entry: "src/index.ts", limit: 60 * KIB, title: "yorozu-chat" },
  { name: "organiser.js", entry: "../workbench/src/index.tsx", limit: 60 * KIB, title: "yorozu workbench" },
];
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

for (const { name, entry, limit, title } of FILES) {
  const out = new URL(`../static/${name}`, import.meta.url);
  const built = await bundled(entry, title);
  const size = gzipSync(built).length;
  if (size > limit) throw new Error(`${name} is ${size} bytes gzipped, over ${limit}`);
  if (process.argv.includes("--check")) {
    const committed = await readFile(out).catch(() => Buffer.alloc(0));
    if (!committed.equals(built)) {
      console.error(`app/web/static/${name} is not what the sources build: npm run build`);
      process.exit(1);
    }
  } else {
    await writeFile(out, built);
  }
  console.log(`${name}: ${built.length} bytes, ${size} gzipped`);
}

async function bundled(entry, title) {
  const folder = entry.startsWith("..") ? "workbench" : "widget";
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    nodePaths: [`${HERE}node_modules`], // the workbench has no packages of its own
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2022"],
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    banner: { js: `/* ${title}, Apache-2.0; with Preact, MIT. Built from app/web/${folder}. */` },
    plugins: [cssAsText],
  });
  return Buffer.from(outputFiles[0].contents);
}
