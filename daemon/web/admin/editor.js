// One hall's file under change. Nothing is stored before its preview was seen; what somebody else stored meanwhile is
// never lost. SPDX-License-Identifier: MIT
import { html, useEffect, useMemo, useState } from '../shared/ui.js';
import { dayAt, isoOf } from '../shared/dates.js';
import { useAct } from '../staff/act.js';
import { Quiet } from '../staff/parts.js';
import { Clash } from './clash.js';
import { changes, merge, put } from './file.js';
import { Frame } from './frame.js';
import { Fault, PREVIEW_DAYS, Preview } from './preview.js';
import { SECTIONS } from './sections.js';

// The file and the version it has: the same before and after, or it was changed in between.
async function loadFile(api, code) {
  for (;;) {
    const { version } = await api.get(`/halls/${code}`);
    const file = await api.get(`/halls/${code}/config`);
    if ((await api.get(`/halls/${code}`)).version === version) return { version, file };
  }
}

function useWarning(dirty) {
  useEffect(() => {
    if (!dirty) return undefined;
    const warn = (event) => {
      event.preventDefault();
      event.returnValue = ''; // what older browsers ask for
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [dirty]);
}

function useFile({ api, code }) {
  const [state, setState] = useState({});
  const load = () => {
    setState({});
    loadFile(api, code).then(({ version, file }) => setState({ version, base: file, draft: file }), (error) => setState({ error }));
  };
  useEffect(load, [code]);
  return [state, setState, load];
}

export function Editor({ api, clock, i18n, session, place, go }) {
  const [state, setState, load] = useFile({ api, code: place.hall });
  const act = useAct({ api });
  const [step, setStep] = useState({ name: 'edit' });
  const { base, draft, version } = state;
  const list = useMemo(() => (base ? changes(base, draft) : []), [base, draft]);
  const dirty = list.length > 0 || Boolean(state.text);
  useWarning(dirty);
  useEffect(() => {
    document.title = base ? `${i18n.name(base.names)} · ${i18n.t('title')}` : i18n.t('title');
  }, [base, i18n.lang]);
  useEffect(() => {
    if (step.name !== 'edit') scrollTo(0, 0);
    document.getElementById('preview-heading')?.focus({ preventScroll: true });
  }, [step.name]);
  if (state.error) return html`<${Quiet} i18n=${i18n} error=${state.error} onRetry=${load} onLeave=${() => go({ hall: '' })} />`;
  if (!base) return html`<${Quiet} i18n=${i18n} />`;

  const path = `/halls/${place.hall}/config`;
  const body = state.text || draft;
  const options = state.text ? { type: 'application/yaml' } : {};
  const set = (where, value) => {
    act.clear();
    setStep((old) => (old.name === 'edit' ? { name: 'edit' } : old));
    setState((old) => ({ ...old, draft: put(old.draft, where, value) }));
  };
  const discard = () => {
    act.clear();
    setStep({ name: 'edit' });
    setState((old) => ({ ...old, draft: old.base, text: '' }));
  };
  const clash = () => loadFile(api, place.hall).then((theirs) => setStep({ name: 'clash', theirs }), (error) => setState({ error }));
  const preview = () => {
    if (document.querySelector('[data-wrong]')) return setStep({ name: 'edit', marked: true });
    return act.run({
      id: 'preview', path: `${path}/preview?days=${PREVIEW_DAYS}`, body, options,
      done: async (answer) => {
        if (answer.version !== version) return clash();
        // Without the list nothing is lost but the difference between old and new ones.
        const before = await api.get(`/halls/${base.code}/conflicts`).catch(() => ({ conflicts: [] }));
        return setStep({ name: 'preview', preview: answer, known: new Set(before.conflicts.map((one) => one.booking.id)) });
      },
    });
  };
  const save = async () => {
    const answer = await act.run({ id: 'save', method: 'put', path: `${path}?version=${version}`, body, options });
    if (!answer) return;
    const { file } = await loadFile(api, place.hall).catch(() => ({ file: draft }));
    setState({ version: answer.version, base: file, draft: file });
    setStep({ name: 'edit', saved: true });
  };
  if (act.problem?.error.code === 'hall_version' && step.name === 'preview') {
    act.clear();
    clash();
  }
  const takeTheirs = (mine) => {
    const { version: newer, file } = step.theirs;
    const together = mine ? merge(base, draft, file) : { file, clashes: [] };
    setState({ version: newer, base: file, draft: together.file, ...(mine && state.text && { text: state.text }) });
    setStep({ name: 'edit', merged: mine && !state.text, clashes: together.clashes });
  };
  // The section that has what the daemon did not like.
  const goTo = ([name]) => {
    setStep({ name: 'edit' });
    go({ ...place, section: SECTIONS.find((one) => one.of.includes(name))?.id || place.section });
  };
  const changed = (where) => list.some((one) => where.every((name, i) => one.path[i] === name));
  const frame = { i18n, session, place, go, base, list, dirty, changed, discard, preview, pending: act.pending };
  const today = isoOf(dayAt(clock.now(), base.zone));
  const Section = SECTIONS.find((one) => one.id === place.section) || SECTIONS[0];
  return html`<${Frame} ...${frame} step=${step}>
    ${step.name === 'preview' && html`<${Preview} preview=${step.preview} known=${step.known} list=${list} files=${{ before: base, after: draft }} act=${act}
      sent=${body} i18n=${i18n} onSave=${save} onGo=${goTo}
      onBack=${() => setStep({ name: 'edit' })} />`}
    ${step.name === 'clash' && html`<${Clash} theirs=${step.theirs} base=${base} mine=${list} draft=${draft} i18n=${i18n}
      onTake=${takeTheirs} />`}
    ${step.name === 'edit' && html`<section class="section" aria-labelledby="section-heading">
      <h2 id="section-heading">${i18n.t(`section.${Section.id}`)}</h2>
      <p class="quiet lead">${i18n.t(`section.${Section.id}.lead`)}</p>
      ${step.saved && html`<p class="saved" role="status">${i18n.t('saved')}</p>`}
      ${step.merged && html`<p class="saved" role="status">
        ${i18n.t(step.clashes.length ? 'merged.clashes' : 'merged', { n: step.clashes.length })}</p>`}
      ${step.marked && html`<p class="problem" role="alert">${i18n.t('wrong.marked')}</p>`}
      ${act.problem && html`<${Fault} error=${act.problem.error} sent=${body} i18n=${i18n} onGo=${goTo} />`}
      <${Section.view} key=${Section.id} draft=${draft} set=${set} i18n=${i18n} today=${today} changed=${changed} dirty=${list.length > 0}
        api=${api} path=${path}
        text=${state.text} setText=${(text) => {
          act.clear();
          setState((old) => ({ ...old, text }));
        }} />
    </section>`}
  <//>`;
}
