// Asking for a one-time code, with the proof of work that it costs. SPDX-License-Identifier: MIT

// what: {purpose, booking?} -> send(phone), which answers as code_send does
export const codeSender = ({ hall, post, pow, i18n }, what) => async (phone) => {
  const answer = await post(`/halls/${hall.code}/codes`, { ...what, phone, lang: i18n.lang }, { add: pow.take });
  pow.warm();
  return answer;
};
