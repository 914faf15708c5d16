/** The rules that events are judged by: path rules, exemptions, and answers without a verdict. */
@NullMarked
package io.nacre.engine.policy;

import org.jspecify.annotations.NullMarked;
