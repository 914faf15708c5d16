/** clamd: the pool, the connection actors, sessions, replies, health, and the embedded clamd. */
@NullMarked
package io.nacre.engine.clamd;

import org.jspecify.annotations.NullMarked;
