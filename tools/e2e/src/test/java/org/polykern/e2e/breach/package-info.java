/**
 * Classes that break one rule each, laid out like the product: the tests of the rules, which would
 * otherwise pass when a rule matches nothing. Nobody runs them.
 */
package org.polykern.e2e.breach;
