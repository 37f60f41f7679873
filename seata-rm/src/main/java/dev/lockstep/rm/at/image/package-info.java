/**
 * Rows before and after a statement: how they are found, read, compared and named to the TC. Read {@link
 * dev.lockstep.rm.at.image.StatementCapture} first; the three captures are its forms.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.image;

import org.jspecify.annotations.NullMarked;
