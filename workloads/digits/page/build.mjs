// Makes dist/: the server as one file without node_modules, and the page as one script beside its markup and style.
import { cp, rm } from "node:fs/promises";
import { build } from "esbuild";

await rm("dist", { recursive: true, force: true });
await build({
  entryPoints: ["server/main.ts"],
  outfile: "dist/server.js",
  bundle: true,
  platform: "node",
  target: "node22",
  sourcemap: "inline",
  sourcesContent: false,
});
await build({
  entryPoints: ["public/app.ts", "public/style.css"],
  outdir: "dist/public",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16"],
});
for (const file of ["index.html", "icon.svg"]) await cp(`public/${file}`, `dist/public/${file}`);
