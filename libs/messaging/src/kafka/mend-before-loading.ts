import { mendEncoder } from './mend-encoder.js';
import { mendRecords } from './mend-records.js';

mendEncoder();
mendRecords();
