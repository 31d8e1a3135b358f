import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const OUT = "dist/public";

/** Once at the build, at the best level, instead of at each request. */
const compressed = (): Plugin => ({
  name: "compressed",
  apply: "build",
  closeBundle: async () => {
    const folder = join(import.meta.dirname, OUT, "assets");
    for (const name of await readdir(folder)) {
      if (!/\.(?:js|css|svg)$/.test(name)) continue;
      const path = join(folder, name);
      const bytes = await readFile(path);
      await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes));
      await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }
  },
});

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    outDir: OUT,
    // The content security policy knows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
  },
});
