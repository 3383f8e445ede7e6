// Tests of the widget and of the workbench, which has no packages of its own: it finds those that lie here.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = fileURLToPath(new URL("src/index.ts", import.meta.url));
const packages = {
  name: "packages-of-the-widget",
  enforce: "pre",
  resolveId(name, from) {
    return /^(preact|vitest)(\/|$)/.test(name) && from !== here ? this.resolve(name, here) : null;
  },
};

export default defineConfig({
  plugins: [packages],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  server: { fs: { allow: [".."] } },
  test: { include: ["test/**/*.test.ts", "../workbench/test/**/*.test.ts"] },
});
