// Asking for a one-time code, with the proof of work that it costs. SPDX-License-Identifier: MIT

// what: {purpose, phone, booking?}
export async function sendCode({ api, hall, pow, attempt, lang }, what) {
  const answer = await attempt(
    JSON.stringify([what, Math.floor(Date.now() / 30000)]), // a second press after a while is another wish
    async () => ({ ...what, lang, ...(await pow.take()) }),
    (body, key) => api.post(`/halls/${hall.code}/codes`, body, { key }),
  );
  pow.warm();
  return answer;
}
