/** clamd: the pool, the connection actors, sessions, replies, health, and a clamd of our own. */
@NullMarked
package io.nacre.engine.clamd;

import org.jspecify.annotations.NullMarked;
