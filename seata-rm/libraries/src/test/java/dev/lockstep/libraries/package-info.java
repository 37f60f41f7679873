/**
 * TM and RM in programs whose xid is carried by integrations that others wrote. {@link
 * dev.lockstep.libraries.CarriedXidContract} says what all of them must do; a library is one subclass.
 */
@NullMarked
package dev.lockstep.libraries;

import org.jspecify.annotations.NullMarked;
