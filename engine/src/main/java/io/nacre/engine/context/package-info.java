/** What the stages of one engine share: its resources, its actors, and how it starts and ends. */
@NullMarked
package io.nacre.engine.context;

import org.jspecify.annotations.NullMarked;
