// The pause: pictures and films while nobody is called. A call stops a film where it is; afterwards it goes on from there.
// SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../../../daemon/web/shared/ui.js';

const PICTURE_MS = 10000;
const isFilm = (name) => /\.(mp4|webm)$/.test(name);

// Films move; where that is not wanted there are only pictures.
export const playable = (files, still) => (still ? files.filter((name) => !isFilm(name)) : files);

// onNone(): not one of the files can be shown.
export function Media({ files, paused, onNone }) {
  const [turn, setTurn] = useState(0);
  const failed = useRef(0); // in a row
  const film = useRef(null);
  const name = files[turn % files.length];
  const next = () => setTurn((n) => n + 1);
  const fail = () => {
    failed.current += 1;
    if (failed.current >= files.length) onNone();
    else next();
  };
  const fine = () => { failed.current = 0; };
  useEffect(() => {
    if (paused) film.current?.pause();
    else film.current?.play().catch(() => {}); // what cannot be played says so by its error event
    if (paused || isFilm(name) || files.length < 2) return undefined;
    const timer = setTimeout(next, PICTURE_MS);
    return () => clearTimeout(timer);
  }, [paused, turn, files.length]);
  // The same film again is started again: its element stays where the list has one entry.
  const again = () => (files.length > 1 ? next() : film.current.play().catch(() => {}));
  return html`<section class="media" hidden=${paused} data-media=${name}>
    ${isFilm(name)
      ? html`<video key=${turn} ref=${film} src=${`/media/${name}`} muted playsinline preload="auto"
          onEnded=${again} onError=${fail} onPlaying=${fine}></video>`
      : html`<img key=${turn} src=${`/media/${name}`} alt="" onError=${fail} onLoad=${fine} />`}
  </section>`;
}
