// A small server to look at the pages while changing them: rebuilds on every load and answers the API
// from tests/web/scripted.mjs. Not a test and not the daemon.
// usage: node tests/web/dev.mjs [--port N] [--minify]   (port 0 unless given; the address is printed)
// SPDX-License-Identifier: MIT
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { buildPages } from '../../daemon/web/build.mjs';
import { answer } from './scripted.mjs';

export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

async function serve(request, response, state) {
  const url = new URL(request.url, 'http://dev');
  if (url.pathname.startsWith('/api/v1/')) return answer(request, response, url);
  if (!url.pathname.startsWith('/assets/')) {
    const { assets } = await buildPages({ minify: state.minify, only: url.pathname });
    assets.forEach((one) => state.assets.set(one.path, one));
  }
  const asset = state.assets.get(url.pathname);
  if (!asset) return response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': asset.type,
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
  });
  return response.end(asset.identity);
}

// -> {origin, close()}
export async function startDev({ port = 0, minify = false } = {}) {
  const state = { minify, assets: new Map() };
  const server = createServer((request, response) => {
    serve(request, response, state).catch((error) => {
      console.error(error.message);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.indexOf('--port');
  const dev = await startDev({
    port: given > 0 ? Number(process.argv[given + 1]) : 0,
    minify: process.argv.includes('--minify'),
  });
  console.log(`${dev.origin}/  /board#busy  /t#small.1795465432000-A012.waiting  /kiosk#kiosk  /clerk`);
}
