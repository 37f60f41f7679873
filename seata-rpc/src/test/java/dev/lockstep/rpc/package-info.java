/**
 * Tests of the client as a whole: against a TC whose answers the test writes ({@code ScriptedTc}) and against real ones
 * ({@code *IT}). Read {@code SeataRpcClientTest} first.
 */
@NullMarked
package dev.lockstep.rpc;

import org.jspecify.annotations.NullMarked;
