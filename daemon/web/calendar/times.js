// Choosing a day and one of its free times. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { addDays, clockText, dayAt, dayFromIso, dayText, isDay, isoOf } from '../shared/dates.js';
import { Field } from '../staff/form.js';

// A list of moments or of {at, left}.
export const timesOf = (answer) => (answer.times || []).map((one) => (typeof one === 'number' ? { at: one } : one));

// refused: changes when a time was gone, so that the list is asked anew.
function useTimes({ api, code, services, day, persons, share, refused }) {
  const [state, setState] = useState({});
  useEffect(() => {
    if (!services.length || !isDay(day)) return setState({});
    let current = true;
    setState({});
    const query = new URLSearchParams({ services: services.join(','), day, persons: String(persons), share });
    api.get(`/halls/${code}/desk/times?${query}`, { retries: 1 }).then(
      (answer) => current && setState({ times: timesOf(answer) }),
      (error) => current && setState({ error }),
    );
    return () => {
      current = false;
    };
  }, [services.join(), day, persons, share, refused]);
  return state;
}

// alternatives: moments the daemon offered when a time was gone. wished: a time to choose if it is there.
export function TimePicker({ api, i18n, hall, services, persons, share, day, onDay, at, onAt, wished, alternatives }) {
  const { times, error } = useTimes({ api, code: hall.code, services, day, persons, share, refused: alternatives });
  const offered = useRef(null);
  useEffect(() => offered.current?.scrollIntoView({ block: 'nearest' }), [alternatives]);
  useEffect(() => {
    if (times && !at && wished && times.some((one) => one.at === wished)) onAt(wished);
  }, [times]);
  const option = (one) => html`<li key=${one.at}>
    <label class="time"><input type="radio" name="at" checked=${one.at === at} onChange=${() => onAt(one.at)} />
      <span>${clockText(one.at, hall.zone)}</span></label></li>`;
  return html`<div class="times-picker">
    ${alternatives?.length > 0 && html`<div class="alternatives" role="status" ref=${offered}>
      <p>${i18n.t('times.alternatives')}</p>
      <ul class="time-list">${alternatives.map((ms) => html`<li key=${ms}>
        <button type="button" class="button" aria-pressed=${String(ms === at)} onClick=${() => onAt(ms)}>
          ${i18n.t('times.at', { day: dayText(dayAt(ms, hall.zone), i18n.lang, 'short'), time: clockText(ms, hall.zone) })}</button>
          </li>`)}</ul>
    </div>`}
    <div class="with-steps">
      <button type="button" class="button" aria-label=${i18n.t('go.before')} disabled=${!isDay(day)}
        onClick=${() => onDay(addDays(day, -1))}>‹</button>
      <${Field} id="pick-day" type="date" label=${i18n.t('times.day')} value=${isDay(day) ? isoOf(day) : ''}
        onInput=${(event) => onDay(dayFromIso(event.target.value))} />
      <button type="button" class="button" aria-label=${i18n.t('go.after')} disabled=${!isDay(day)}
        onClick=${() => onDay(addDays(day, 1))}>›</button>
    </div>
    <fieldset class="scroll">
      <legend>${isDay(day) ? i18n.t('times.of', { day: dayText(day, i18n.lang, 'short') }) : i18n.t('times.heading')}</legend>
      ${!services.length && html`<p class="quiet">${i18n.t('times.service_first')}</p>`}
      ${error && html`<p class="problem" role="alert">${problemText(error, i18n)}</p>`}
      ${services.length > 0 && !times && !error && html`<p class="quiet" role="status">${i18n.t('loading')}</p>`}
      ${times && !times.length && html`<p role="status">${i18n.t(share === 'staff' ? 'times.none.staff' : 'times.none')}</p>`}
      ${times && html`<ul class="time-list">${times.map(option)}</ul>`}
    </fieldset>
  </div>`;
}
