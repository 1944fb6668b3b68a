// Builds the pages: one script and one style sheet each, with hashed names, compressed beforehand, and writes what the
// daemon embeds (web_assets.S, web_assets.c). What a page gets with import() is a piece of its own, fetched when it is
// needed. A new page is a new row of PAGES.
// usage: node build.mjs --out DIR
// SPDX-License-Identifier: MIT
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const WEB = dirname(fileURLToPath(import.meta.url));
const TOP = join(WEB, '../..');
const PAGES = [
  { path: '/', dir: join(WEB, 'home') },
  { path: '/t', dir: join(WEB, 'ticket') },
  { path: '/book', dir: join(WEB, 'book') },
  { path: '/b', dir: join(WEB, 'booking') },
  { path: '/kiosk', dir: join(WEB, 'kiosk') },
  { path: '/clerk', dir: join(WEB, 'clerk') },
  { path: '/calendar', dir: join(WEB, 'calendar') },
  { path: '/supervisor', dir: join(WEB, 'supervisor') },
  { path: '/statistics', dir: join(WEB, 'statistics') },
  { path: '/admin', dir: join(WEB, 'admin') },
  { path: '/status', dir: join(WEB, 'status'), framable: true }, // other sites may show it inside theirs
  { path: '/board', dir: join(TOP, 'display/web/board') },
];
const FIRST_LOAD_MAX = 60 * 1024; // compressed; usable within a second on a slow phone
const HTML = 'text/html; charset=utf-8';
const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function compress(asset) {
  const br = brotliCompressSync(asset.identity, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: asset.identity.length,
    },
  });
  return { ...asset, br, gzip: gzipSync(asset.identity, { level: 9 }) };
}

function hashed(name, kind, bytes) {
  const path = `/assets/${name}-${hashOf(bytes)}.${kind}`;
  return compress({ path, type: TYPES[kind], immutable: true, identity: bytes });
}

const nameOf = (page) => (page.path === '/' ? 'home' : page.dir.split('/').pop());

async function bundle(page, minify) {
  const result = await build({
    entryPoints: { main: join(page.dir, 'main.js'), style: join(page.dir, 'style.css') },
    bundle: true,
    minify,
    write: false,
    outdir: 'out',
    format: 'esm',
    splitting: true,
    chunkNames: `${nameOf(page)}-[name]-[hash]`,
    metafile: true,
    target: ['es2020', 'chrome87', 'safari14.1', 'firefox90'],
    charset: 'utf8',
    legalComments: 'none',
    nodePaths: [join(TOP, 'node_modules')],
    logLevel: 'warning',
  });
  const text = (end) => Buffer.from(result.outputFiles.find((f) => f.path.endsWith(end)).contents);
  return { js: text('/main.js'), css: text('.css'), ...piecesOf(result) };
}

// What import() brings when it is needed, under names esbuild has hashed; first: the ones that main.js needs at once.
function piecesOf({ outputFiles, metafile }) {
  const main = Object.entries(metafile.outputs).find(([path]) => path.endsWith('/main.js'))[1];
  const statics = main.imports.filter((one) => one.kind === 'import-statement').map((one) => one.path.split('/').pop());
  const pieces = outputFiles.filter((f) => f.path.endsWith('.js') && !f.path.endsWith('/main.js'))
    .map((f) => compress({ path: `/assets/${f.path.split('/').pop()}`, type: TYPES.js, immutable: true, identity: Buffer.from(f.contents) }));
  return { pieces, first: pieces.filter((one) => statics.includes(one.path.split('/').pop())) };
}

// page.html says {{js}}, {{css}} and {{icon}} where the names of the files go.
async function buildPage(page, icon, minify) {
  const name = nameOf(page);
  const { js, css, pieces, first } = await bundle(page, minify);
  const script = hashed(name, 'js', js);
  const style = hashed(name, 'css', css);
  const names = { js: script.path, css: style.path, icon: icon.path };
  const text = readFileSync(join(page.dir, 'page.html'), 'utf8');
  const filled = text.replace(/\{\{(\w+)\}\}/g, (whole, key) => names[key] ?? whole);
  if (/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i.test(filled)) {
    throw new Error(`${page.path}: inline script or style would be blocked by the policy`);
  }
  const identity = Buffer.from(filled);
  const html = compress({ path: page.path, type: HTML, immutable: false, framable: page.framable, identity });
  const load = [html, script, style, ...first].reduce((sum, asset) => sum + asset.gzip.length, 0);
  // What is shipped; a test may ask for text that can be read, which is larger.
  if (minify && load > FIRST_LOAD_MAX) throw new Error(`${page.path}: first load is ${load} bytes compressed`);
  return { path: page.path, load, assets: [html, script, style, ...pieces] };
}

// All assets of the pages that exist (or of the one at the path `only`), and each page's first load.
export async function buildPages({ minify = true, only = null } = {}) {
  const icon = hashed('icon', 'svg', readFileSync(join(WEB, 'shared/icon.svg')));
  const wanted = PAGES.filter((page) => only === null || page.path === only);
  const present = wanted.filter((page) => existsSync(join(page.dir, 'page.html')));
  const pages = await Promise.all(present.map((page) => buildPage(page, icon, minify)));
  return { pages, assets: [icon, ...pages.flatMap((page) => page.assets)] };
}

const CODINGS = ['identity', 'gzip', 'br'];

function assembly(assets) {
  const lines = ['/* generated by daemon/web/build.mjs */', '.section .rodata', ''];
  assets.forEach((asset, i) => {
    for (const coding of CODINGS) {
      const label = `web_asset_${i}_${coding}`;
      lines.push(`.global ${label}`, `.balign 16`, `${label}:`, `.incbin "web/${i}.${coding}"`);
    }
  });
  lines.push('', '.section .note.GNU-stack,"",%progbits', '');
  return lines.join('\n');
}

function table(assets) {
  const lines = ['/* generated by daemon/web/build.mjs */', '#include "web/web.h"', ''];
  assets.forEach((asset, i) => {
    lines.push(...CODINGS.map((coding) => `extern const char web_asset_${i}_${coding}[];`));
  });
  lines.push('', 'const struct web_asset web_assets[] = {');
  assets.forEach((asset, i) => {
    const views = CODINGS.map((c) => `.${c} = {web_asset_${i}_${c}, ${asset[c].length}}`);
    const etag = `W/\\"${hashOf(asset.identity)}\\"`;
    lines.push(
      `    {.path = "${asset.path}", .content_type = "${asset.type}", .etag = "${etag}",`,
      `     .immutable = ${asset.immutable}, .framable = ${Boolean(asset.framable)}, ${views.join(', ')}},`,
    );
  });
  lines.push('};', `const size_t web_assets_count = ${assets.length};`, '');
  return lines.join('\n');
}

function emit(out, assets) {
  const bytes = join(out, 'web');
  rmSync(bytes, { recursive: true, force: true });
  mkdirSync(bytes, { recursive: true });
  assets.forEach((asset, i) => {
    for (const coding of CODINGS) writeFileSync(join(bytes, `${i}.${coding}`), asset[coding]);
  });
  writeFileSync(join(out, 'web_assets.S'), assembly(assets));
  writeFileSync(join(out, 'web_assets.c'), table(assets));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv[process.argv.indexOf('--out') + 1];
  if (!process.argv.includes('--out') || !out) throw new Error('usage: build.mjs --out DIR');
  const { pages, assets } = await buildPages();
  emit(out, assets);
  const sizes = pages.map((page) => `${page.path} ${(page.load / 1024).toFixed(1)} KB`);
  console.log(`pages: ${sizes.join(', ')} (gzip)`);
}
