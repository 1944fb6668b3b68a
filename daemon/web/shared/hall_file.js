// The hall's file as the daemon gives it, and again whenever a stream names a newer version. SPDX-License-Identifier: MIT

// A worker that has not heard of the newest configuration yet will have by then.
const SOON_MS = 1000;

// have: the version that is known. againMs: ask again after so long in any case; 0: only when told. Answers
// {see(version named by a stream), close()}.
export function followHall({ api, path, have, onHall, againMs = 0 }) {
  let newest = have;
  let timer = null;
  let closed = false;
  const wait = (ms) => {
    clearTimeout(timer);
    timer = ms ? setTimeout(ask, ms) : null;
  };
  async function ask() {
    timer = null;
    try {
      const hall = await api.get(path, { retries: 0 });
      have = hall.version;
      onHall(hall);
    } catch {
      // the stream tells of a lost link; what is shown stays
    }
    if (!closed && !timer) wait(have < newest ? SOON_MS : againMs);
  }
  wait(againMs);
  return {
    see(version) {
      if (!(version > newest)) return;
      newest = version;
      clearTimeout(timer);
      ask();
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
