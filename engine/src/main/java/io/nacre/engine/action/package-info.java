/** What is done with an infected file: the bridge from detection to quarantine. */
@NullMarked
package io.nacre.engine.action;

import org.jspecify.annotations.NullMarked;
