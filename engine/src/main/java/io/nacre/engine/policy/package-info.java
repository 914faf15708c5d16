/** Exemptions, path rules and what happens without a verdict. */
@NullMarked
package io.nacre.engine.policy;

import org.jspecify.annotations.NullMarked;
