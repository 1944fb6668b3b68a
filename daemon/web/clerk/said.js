// What the answer to a command tells of. Pure. SPDX-License-Identifier: MIT
import { serviceName } from './text.js';

// The tickets (or the counter) an answer tells of, the present one last. Whoever goes on with the next step of a visit at
// this very counter is told of once.
export function partsOf(answer) {
  if (answer.id || answer.code) return [answer];
  if (answer.undone) return [...answer.tickets, answer.counter].filter(Boolean);
  const { finished, ticket } = answer;
  return [finished?.id === ticket?.id ? null : finished, ticket].filter(Boolean);
}

// After "finish and next" and "did not come, next" the line may be empty: then only the one before is told of. And a visit may not be over: then
// it is told where it goes on, perhaps right here.
export function saidOf(said) {
  if (said?.id === 'absent_next' && !said.answer.ticket) return { ...said, id: 'absent_nobody' };
  if (said?.id !== 'finish' && said?.id !== 'finish_next') return said;
  const { finished, ticket } = said.answer;
  const service = (finished || said.answer).next_step;
  let how = said.id.slice('finish'.length);
  if (said.id === 'finish_next' && !ticket) how = '_nobody';
  else if (service && ticket?.id === finished?.id && ticket) how = '_here';
  return { ...said, id: `${service ? 'step' : 'finish'}${how}`, service };
}

// The places of its sentence.
export function valuesOf(said, hall, i18n) {
  const { parts, answer } = said;
  const tickets = answer.undone ? answer.tickets : parts;
  return {
    number: tickets.at(-1)?.number, before: tickets[0]?.number, numbers: tickets.map((one) => one.number).join(i18n.t('profile.and')),
    service: said.service && serviceName(hall, said.service, i18n),
  };
}
