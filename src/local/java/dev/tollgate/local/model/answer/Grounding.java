package dev.tollgate.local.model.answer;

import java.util.List;
import java.util.regex.Pattern;

/** Recognises the instruction to answer from the given text alone. */
public final class Grounding {
  public static final String DECLINE_TEXT =
      "I don't have that information in the provided context.";

  private static final String MATERIAL =
      "(?:context|documents?|sources?|passages?|excerpts?|information|material|text|facts|handbook"
          + "|articles?|data|provided|given)";
  private static final List<Pattern> INSTRUCTION_PATTERNS =
      List.of(
          pattern("\\b(?:only|solely|exclusively|strictly)\\b[^.!?]{0,80}\\b" + MATERIAL + "\\b"),
          pattern("\\b" + MATERIAL + "\\b[^.!?]{0,40}\\b(?:only|alone|solely|exclusively)\\b"),
          pattern(
              "\\b(?:do not|don't|never|without)\\b[^.!?]{0,60}"
                  + "\\b(?:outside|prior|own|general|external|other|background)\\b[^.!?]{0,20}"
                  + "\\b(?:knowledge|information|sources?|facts)\\b"),
          pattern(
              "\\b(?:do not|don't|never)\\b[^.!?]{0,30}"
                  + "\\b(?:make up|invent|guess|fabricate|speculate|hallucinate|go beyond)\\b"),
          pattern(
              "\\b(?:say|reply|respond|answer|state|tell|admit)\\b[^.!?]{0,60}"
                  + "\\b(?:don't|do not|cannot|can't|not)\\s+"
                  + "(?:have|know|find|answer|available|enough|contain)\\b"),
          pattern(
              "\\b(?:if|when|unless)\\b[^.!?]{0,80}\\b(?:not|isn't|doesn't|don't|cannot|can't|missing)\\b"
                  + "[^.!?]{0,50}\\b(?:context|contain(?:ed)?|found|supported|stated|covered|provided"
                  + "|documents?|sources?)\\b"),
          pattern("\\bground(?:ed)?\\b[^.!?]{0,30}\\bin\\b[^.!?]{0,30}\\b" + MATERIAL + "\\b"));

  private static final Pattern DECLINE_PATTERN =
      pattern(
          "\\b(?:I|we)\\b[^.!?]{0,20}\\b(?:don't|do not|cannot|can't|could not|couldn't|am not able"
              + " to|am unable"
              + " to)\\b[^.!?]{0,20}\\b(?:have|know|find|answer|help|determine)\\b|\\bcontext"
              + " does(?:n't| not) (?:contain|say|mention|provide|include)\\b");

  private Grounding() {}

  static boolean isRequiredBy(String instructions) {
    String plain = instructions.replace('’', '\'');
    return INSTRUCTION_PATTERNS.stream().anyMatch(wording -> wording.matcher(plain).find());
  }

  /** Tells whether {@code sentence} itself says that nothing is known, so claims nothing. */
  static boolean isDecline(String sentence) {
    return DECLINE_PATTERN.matcher(sentence.replace('’', '\'')).find();
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
