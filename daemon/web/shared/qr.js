// A QR code from POST /qr: {size, path} in modules, without its quiet zone.
// SPDX-License-Identifier: MIT
import { html } from './ui.js';

const QUIET = 4; // modules of white around it, as the standard asks

export function Qr({ code, label }) {
  const side = code.size + 2 * QUIET;
  return html`<svg class="qr" role="img" aria-label=${label} viewBox=${`${-QUIET} ${-QUIET} ${side} ${side}`}
    shape-rendering="crispEdges">
    <rect class="paper" x=${-QUIET} y=${-QUIET} width=${side} height=${side} />
    <path class="ink" d=${code.path} />
  </svg>`;
}
