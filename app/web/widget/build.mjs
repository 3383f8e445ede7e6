// Builds the scripts in ../static. `--check` builds in memory and fails where a committed file differs.

import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

// What is built: one line a script. `limit` is in bytes, gzipped.
const PAGE = "/* A page of yorozu, Apache-2.0; with Preact, MIT. Built from app/web. */";
const BUNDLES = [
  { out: "widget.js", entry: "src/index.ts", limit: 60 * 1024,
    banner: "/* yorozu-chat, Apache-2.0; with Preact, MIT. Built from app/web/widget. */" },
  { out: "organiser.js", entry: "../workbench/src/index.tsx", limit: 60 * 1024, banner: PAGE },
  { out: "site.js", entry: "../shared/site.tsx", limit: 20 * 1024, banner: PAGE },
  { out: "login.js", entry: "../admin/src/login.tsx", limit: 20 * 1024, banner: PAGE },
  { out: "password.js", entry: "../admin/src/password.tsx", limit: 20 * 1024, banner: PAGE },
  { out: "admin.js", entry: "../admin/src/admin.tsx", limit: 40 * 1024, banner: PAGE },
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

async function bundled({ entry, banner }) {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2022"],
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    nodePaths: [`${HERE}node_modules`], // the pages beside the widget use its packages
    banner: { js: banner },
    plugins: [cssAsText],
  });
  return outputFiles[0].contents;
}

for (const { out, limit, ...bundle } of BUNDLES) {
  const built = await bundled(bundle);
  const size = gzipSync(built).length;
  if (size > limit) throw new Error(`${out} is ${size} bytes gzipped, over ${limit}`);
  const place = new URL(`../static/${out}`, import.meta.url);
  if (process.argv.includes("--check")) {
    const committed = await readFile(place).catch(() => Buffer.alloc(0));
    if (!committed.equals(Buffer.from(built))) {
      console.error(`app/web/static/${out} is not what the sources build: npm run build`);
      process.exit(1);
    }
  } else {
    await writeFile(place, built);
  }
  console.log(`${out}: ${built.length} bytes, ${size} gzipped`);
}
