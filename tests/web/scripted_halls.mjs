// Two halls for the development server, shaped as GET /halls/{hall} answers.
// SPDX-License-Identifier: MIT

const service = (code, series, zh, en) => ({
  code, series, minutes: 10, names: { zh, en }, words: [], documents: [], kiosk: true, open: true,
});
const rules = { return_within_minutes: 45, return_max: 2, come_now_ahead: 3, overtaking_max: 3 };
const classes = [
  { code: 'normal', target_minutes: 30, names: { zh: '普通', en: 'Standard' } },
  { code: 'elderly', target_minutes: 10, names: { zh: '60 岁以上', en: '60 or older' } },
];
const counters = (n) =>
  Array.from({ length: n }, (_, i) => ({ code: String(i + 1), profile: 'general' }));

export const SMALL = {
  code: 'small',
  names: { zh: '便民服务站', en: 'Neighbourhood service point' },
  address: { zh: '和平路 8 号', en: '8 Heping Road' },
  zone: 'Asia/Shanghai',
  languages: ['zh', 'en'],
  accent: '#0b6e4f',
  rules,
  classes,
  services: [
    service('id-card', 'A', '身份证办理', 'Identity card'),
    service('residence', 'A', '居住登记', 'Residence registration'),
    service('social-card', 'A', '社保卡', 'Social security card'),
    service('certificate', 'C', '证明开具', 'Certificates'),
    service('pension', 'C', '养老金资格认证', 'Pension check'),
    service('advice', 'C', '咨询', 'Advice'),
  ],
  counters: [...counters(2), { code: '3', profile: 'papers', names: { zh: '3 号（无障碍）', en: '3 (step-free)' } }],
};

export const BIG = {
  code: 'big',
  names: { zh: '浦江区政务服务中心', en: 'Pujiang District Service Centre' },
  address: { zh: '合欢路 2 号', en: '2 Hehuan Road' },
  zone: 'Asia/Shanghai',
  languages: ['zh', 'en'],
  accent: '#1f5fae',
  rules,
  classes,
  services: [
    service('business-register', 'A', '企业设立登记', 'Company registration'),
    service('tax-invoice', 'A', '发票领用', 'Tax invoices'),
    service('id-card', 'B', '居民身份证申领', 'Identity card'),
    service('residence', 'B', '居住证办理', 'Residence permit'),
    service('social-card', 'F', '社会保障卡', 'Social security card'),
    service('pension', 'F', '养老金资格认证', 'Pension check'),
    service('property-transfer', 'C', '不动产转移登记', 'Property transfer'),
    service('property-query', 'C', '不动产登记信息查询', 'Land register search'),
    service('marriage', 'H', '结婚登记', 'Marriage registration'),
    service('birth', 'H', '出生一件事联办', 'Birth: everything in one visit'),
    service('hukou', 'B', '户口迁移', 'Household transfer'),
    service('passport', 'B', '护照与港澳通行证', 'Passport and travel permit'),
    service('provident', 'F', '住房公积金提取', 'Housing fund withdrawal'),
    service('medical', 'F', '医保参保登记', 'Health insurance enrolment'),
    service('medical-claim', 'F', '医疗费用报销', 'Medical expense claim'),
    service('food', 'A', '食品经营许可', 'Food business licence'),
    service('fire', 'D', '消防安全检查申报', 'Fire safety inspection'),
    service('building', 'D', '建筑工程施工许可', 'Building permit'),
    service('water', 'E', '用水报装', 'Water connection'),
    service('power', 'E', '用电报装', 'Power connection'),
    service('gas', 'E', '燃气报装', 'Gas connection'),
    service('vehicle', 'G', '机动车登记', 'Vehicle registration'),
    service('licence', 'G', '驾驶证换领', 'Driving licence renewal'),
    service('work-permit', 'J', '外国人来华工作许可', 'Work permit for foreign nationals'),
    service('disability', 'H', '残疾人证', 'Disability card'),
    service('veteran', 'H', '退役军人优待证', 'Veterans card'),
  ],
  counters: counters(24),
};

const german = (code, de, en) => ({ ...service(code, 'A', '', en), names: { de, en } });
export const BERLIN = {
  ...SMALL,
  code: 'berlin',
  names: { de: 'Bürgeramt Charlottenburg-Wilmersdorf, Wilmersdorfer Straße', en: 'Citizens’ office Charlottenburg-Wilmersdorf' },
  zone: 'Europe/Berlin',
  languages: ['de', 'en'],
  accent: '#e40422',
  services: [
    german('anmeldung', 'Anmeldung einer Wohnung und Meldebestätigung', 'Registration of a residence'),
    german('ausweis', 'Personalausweis beantragen', 'Identity card application'),
    german('fuehrung', 'Führungszeugnis', 'Certificate of good conduct'),
  ],
  counters: [...counters(2), { code: 'east-12', profile: 'general', names: {}, zone: 'Ost' }],
};
