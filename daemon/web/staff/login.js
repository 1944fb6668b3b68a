// Name and password. What was typed stays when something goes wrong, except the password.
// SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { LanguageSwitch } from '../shared/parts.js';

export function Login({ api, i18n, expired, onEnter }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState(null);
  const first = useRef(null);
  const secret = useRef(null);
  useEffect(() => first.current?.focus(), []); // before anybody can type

  const submit = async (event) => {
    event.preventDefault();
    if (pending) return;
    if (!name.trim() || !password) return (name.trim() ? secret : first).current.focus();
    setPending(true);
    setError(null);
    try {
      onEnter(await api.post('/session', { name: name.trim(), password }, { retries: 1 }));
    } catch (failed) {
      setError(failed);
      setPassword('');
      setPending(false);
      secret.current.focus();
    }
  };
  return html`<main class="login">
    <div class="brand"><p>排号 <span lang="en">paihao</span></p><${LanguageSwitch} i18n=${i18n} /></div>
    <form class="card" onSubmit=${submit} novalidate aria-busy=${String(pending)}>
      <h1>${i18n.t('login.heading')}</h1>
      ${expired && html`<p class="notice" role="status">${i18n.t('login.expired')}</p>`}
      <div class="field">
        <label for="name">${i18n.t('login.name')}</label>
        <input id="name" class="input" ref=${first} autocomplete="username" autocapitalize="none" spellcheck="false"
          maxlength="32" value=${name} onInput=${(event) => setName(event.target.value)} />
      </div>
      <div class="field">
        <label for="password">${i18n.t('login.password')}</label>
        <input id="password" class="input" ref=${secret} type="password" autocomplete="current-password"
          maxlength="128" value=${password} aria-invalid=${error?.code === 'login_failed' ? 'true' : null}
          aria-describedby="login-problem" onInput=${(event) => setPassword(event.target.value)} />
      </div>
      <p id="login-problem" class="problem" role="alert">${error && problemText(error, i18n)}</p>
      <button type="submit" class="button primary" aria-busy=${pending ? 'true' : null}>
        ${i18n.t(pending ? 'login.pending' : 'login.enter')}
      </button>
    </form>
  </main>`;
}
