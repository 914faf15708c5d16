/** What a scan found out, and why there may be no scan. */
@NullMarked
package io.nacre.engine.verdict;

import org.jspecify.annotations.NullMarked;
