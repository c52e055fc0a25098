import { mendEncoder } from './mend-encoder.js';

mendEncoder();
