// A text on every board and page of the hall for a while, with how it will look. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { LANGUAGE_NAMES } from '../shared/parts.js';
import { Field, typed } from '../staff/form.js';

const SPOKEN = ['zh', 'en', 'de']; // what the API takes
const TEXT_MAX = 120;
const MINUTES = [15, 30, 60, 120, 240];
const NAMES = { ...LANGUAGE_NAMES, de: 'Deutsch' };

const languagesOf = (hall) => hall.languages.filter((one) => SPOKEN.includes(one));

function Preview({ texts, hall, i18n }) {
  const shown = languagesOf(hall).filter((lang) => texts[lang]?.trim());
  return html`<figure class="preview"><figcaption class="quiet small">${i18n.t('announce.preview')}</figcaption>
    <div class="on-board">${shown.length
      ? shown.map((lang) => html`<p key=${lang} lang=${lang}>${texts[lang].trim()}</p>`)
      : html`<p class="empty">${i18n.t('announce.empty')}</p>`}</div></figure>`;
}

function Present({ live, hall, i18n, act, path, now, done }) {
  const { announcement } = live.day;
  if (!announcement || announcement.until <= now) return null;
  const remove = () => act.run({ id: 'unannounce', path: `${path}/announce`, body: {}, done: () => done(i18n.t('announce.gone')) });
  return html`<section class="part"><h3>${i18n.t('announce.now', { time: timeText(announcement.until, i18n.lang, hall.zone) })}</h3>
    <${Preview} texts=${announcement.texts} hall=${hall} i18n=${i18n} />
    <div class="acts"><button type="button" class="button" aria-busy=${act.pending === 'unannounce' ? 'true' : null} onClick=${remove}>
      ${i18n.t('announce.remove')}</button></div></section>`;
}

export function AnnouncePanel(props) {
  const { hall, i18n, act, path, done } = props;
  const [form, setForm] = useState({ texts: {}, minutes: 60 });
  const languages = languagesOf(hall);
  const texts = Object.fromEntries(languages.map((lang) => [lang, (form.texts[lang] || '').trim()]).filter(([, text]) => text));
  const ready = Object.keys(texts).length > 0;
  const submit = (event) => {
    event.preventDefault();
    if (!ready) return;
    act.run({
      id: 'announce', path: `${path}/announce`, body: { ...texts, minutes: form.minutes },
      done: () => {
        setForm({ texts: {}, minutes: form.minutes });
        done(i18n.t('announce.done'));
      },
    });
  };
  return html`<${Present} ...${props} />
    <form class="part" onSubmit=${submit} novalidate>
      ${languages.map((lang) => html`<${Field} key=${lang} id=${`announce-${lang}`} label=${i18n.t('announce.text', { lang: NAMES[lang] })}
        lang=${lang} maxlength=${TEXT_MAX} value=${form.texts[lang] || ''}
        onInput=${typed((text) => setForm((old) => ({ ...old, texts: { ...old.texts, [lang]: text } })))} />`)}
      <${Field} id="announce-minutes" label=${i18n.t('announce.minutes')} value=${String(form.minutes)}
        onChange=${typed((text) => setForm((old) => ({ ...old, minutes: Number(text) })))}>
        ${MINUTES.map((n) => html`<option key=${n} value=${String(n)} selected=${n === form.minutes}>${i18n.t('min', { n })}</option>`)}<//>
      <${Preview} texts=${form.texts} hall=${hall} i18n=${i18n} />
      <div class="acts"><button type="submit" class="button primary" disabled=${!ready}
        aria-busy=${act.pending === 'announce' ? 'true' : null}>${i18n.t('announce.do')}</button></div>
    </form>`;
}
