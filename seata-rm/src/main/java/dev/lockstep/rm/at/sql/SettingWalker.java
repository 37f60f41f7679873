package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Keyword.*;

import dev.lockstep.rm.at.sql.Tokens.Kind;

/** Walks through a SET: every setting must be on a list of the rules. Walks once; not thread-safe. */
final class SettingWalker {

    private static final KeywordSet SCOPES = KeywordSet.of("SESSION LOCAL");

    private final Tokens tokens;
    private final SqlRules rules;
    private boolean changesNames;

    SettingWalker(Tokens tokens, SqlRules rules) {
        this.tokens = tokens;
        this.rules = rules;
    }

    /** Refuses unless everything that is set is known to be harmless; tells whether names may mean other tables then. */
    boolean changesNames() {
        var hiddenWrites = new HiddenWrites(tokens, rules);
        hiddenWrites.refuseWritesAndLocks(1);
        setting(1);
        var depth = 0;
        for (int at = 1; at < tokens.size(); at++) {
            if (tokens.isSymbol(at, '(')) {
                depth++;
            } else if (tokens.isSymbol(at, ')')) {
                depth--;
            } else if (depth <= 0 && tokens.isSymbol(at, ',') && beginsAssignment(at + 1)) {
                setting(at + 1);
            }
        }
        return changesNames || hiddenWrites.changeNames(1);
    }

    /** Behind a comma stands either the next assignment or the next value of a list. */
    private boolean beginsAssignment(int at) {
        var name = tokens.isIn(at, SCOPES) || tokens.is(at, GLOBAL) || tokens.is(at, PERSIST) ? at + 1 : at;
        return name > at
                || tokens.kind(at) == Kind.VARIABLE
                || tokens.isSymbol(name + 1, '=')
                || tokens.isSymbol(name + 1, ':')
                || tokens.is(name + 1, TO);
    }

    private void setting(int from) {
        var name = tokens.isIn(from, SCOPES) ? from + 1 : from;
        var isVariable = tokens.kind(name) == Kind.VARIABLE;
        if (isVariable && !tokens.text(name).startsWith("@@")) {
            return;
        }
        if (tokens.isIn(name, rules.namingSettings())) {
            changesNames = true;
        } else if (isVariable || !tokens.isIn(name, rules.harmlessSettings())) {
            throw new Refusal(
                    "SET " + tokens.excerpt(name)
                            + " is not known to leave rows, names and the local transaction alone",
                    "Set it outside of the global transaction.");
        }
    }
}
