// How much room an element has, measured: what fits is shown, the rest comes on the next page.
// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from '../../../daemon/web/shared/ui.js';

// -> [ref, {width, height, font} in px or null before the first drawing]
export function useSize() {
  const ref = useRef(null);
  const [size, set] = useState(null);
  useEffect(() => {
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = ref.current;
      const font = parseFloat(getComputedStyle(ref.current).fontSize);
      set((old) => (old?.width === width && old.height === height && old.font === font ? old : { width, height, font }));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, size];
}
