package dev.lockstep.rm.at.image;

/**
 * Looks for numbers in a JSON text that are other digits once they have been read as a double: a DECIMAL that MySQL keeps in a
 * document as it was put there. Says yes too often rather than too rarely; the database is asked then.
 */
final class DocumentNumbers {

    /** A double has at least so many digits that are sure, and gives them as they came. */
    private static final int SURE_DIGITS = 15;

    /** A whole number is kept as a BIGINT, of which so many digits fit in any case, and no double is made of it. */
    private static final int SURE_DIGITS_OF_WHOLE = 18;

    private DocumentNumbers() {}

    /** Whether some number in it may come back with other digits. */
    static boolean mayChange(String json) {
        int at = 0;
        while (at < json.length()) {
            char first = json.charAt(at);
            if (first == '"') {
                at = endOfText(json, at + 1);
            } else if (isDigit(first)) {
                int end = endOfNumber(json, at);
                if (mayChange(json, at, end)) {
                    return true;
                }
                at = end;
            } else {
                at++;
            }
        }
        return false;
    }

    private static int endOfText(String json, int from) {
        int at = from;
        while (at < json.length() && json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int endOfNumber(String json, int from) {
        int at = from;
        while (at < json.length() && (isDigit(json.charAt(at)) || "+-.eE".indexOf(json.charAt(at)) >= 0)) {
            at++;
        }
        return at;
    }

    private static boolean mayChange(String json, int from, int end) {
        String number = json.substring(from, end);
        int point = number.indexOf('.');
        if (number.indexOf('e') >= 0 || number.indexOf('E') >= 0) {
            return true;
        }
        if (point < 0) {
            return number.length() > SURE_DIGITS_OF_WHOLE;
        }
        // A double without a fraction is given with one zero; small ones may be given with an exponent.
        return number.length() > SURE_DIGITS
                || (number.startsWith("0.000") || number.endsWith("0") && number.length() > point + 2);
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }
}
