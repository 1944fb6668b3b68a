// Why a ticket was called, in words. The daemon's `why` is the proof; this is its reading.
// SPDX-License-Identifier: MIT

function waitedText(ms, say, i18n) {
  const minutes = Math.round(ms / 60000);
  return minutes < 1 ? say('waited.short') : say('waited', { time: i18n.t('time.minutes', { n: minutes }) });
}

// For 'citizen' it speaks to the person called, for 'clerk' about them. time(ms): a moment in the hall's words.
export function whyText(why, i18n, reader = 'clerk', time = null) {
  if (!why) return '';
  const say = (key, values) => i18n.t(`why.${reader}.${key}`, values);
  if (why.rule === 'direct') return say('direct'); // nobody was chosen from a line, nobody waited
  const parts = [];
  if (why.rule === 'chosen') parts.push(say('chosen', { reason: why.reason || '—' }));
  else if (why.rule === 'bound') parts.push(say('bound', { n: why.overtaken, bound: why.bound }));
  else if (why.rule === 'counter' || why.rule === 'clerk') parts.push(say(why.rule));
  else parts.push(say(why.offset > 0 ? 'helping' : 'rank', { n: Math.round(why.offset / 60000) }));
  if (why.booked && why.arrived && time) {
    parts.push(say('booked', { booked: time(why.booked), arrived: time(why.arrived) }));
  }
  if (Number.isFinite(why.waited)) parts.push(waitedText(why.waited, say, i18n));
  if (why.rule !== 'bound' && why.overtaken > 0) {
    parts.push(say('overtaken', { n: why.overtaken, bound: why.bound }));
  }
  return parts.join(i18n.lang === 'zh' ? '' : ' ');
}
