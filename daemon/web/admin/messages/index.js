// What the hall editor gets when the section is opened. SPDX-License-Identifier: MIT
import { Messages } from './section.js';
import zh from './zh.json';
import en from './en.json';

export const words = { zh, en };
export const View = Messages;
