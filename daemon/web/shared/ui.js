// The view library in one place: Preact with htm, so that pages import no package themselves.
// SPDX-License-Identifier: MIT
import { h, render, Fragment } from 'preact';
import htm from 'htm';

export { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
export { render, Fragment };
export const html = htm.bind(h);
