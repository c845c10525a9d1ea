#!/usr/bin/env node
// Stands apart from dist so that npm finds it when it links commands, which is before the build.
import '../dist/main.js';
