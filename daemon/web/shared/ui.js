// The view library in one place: Preact with htm, so that pages import no package themselves.
// SPDX-License-Identifier: MIT
import { h, render, Fragment } from 'preact';
import htm from 'htm';

// Effects run with the drawing itself, not some frames later: whoever acts on what is drawn, however quickly
// and on however slow a machine, meets listeners that know it.
export { useLayoutEffect as useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
export { render, Fragment };
export const html = htm.bind(h);
