#!/usr/bin/env node
import { main } from './trim.ts';

main();
