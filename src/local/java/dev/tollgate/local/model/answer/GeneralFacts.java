package dev.tollgate.local.model.answer;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The general knowledge of the simulated model. A prompt that does not forbid it gets these answers
 * to questions that its context leaves open, as from a real model. So a bad prompt fails a
 * grounding test.
 */
final class GeneralFacts {
  private record Fact(Set<String> requiredTerms, String sentence) {}

  private static final List<Fact> FACTS =
      List.of(
          fact("capital France", "The capital of France is Paris."),
          fact("capital Germany", "The capital of Germany is Berlin."),
          fact("capital Italy", "The capital of Italy is Rome."),
          fact("capital Spain", "The capital of Spain is Madrid."),
          fact("capital Portugal", "The capital of Portugal is Lisbon."),
          fact("capital Japan", "The capital of Japan is Tokyo."),
          fact("capital China", "The capital of China is Beijing."),
          fact("capital India", "The capital of India is New Delhi."),
          fact("capital Australia", "The capital of Australia is Canberra."),
          fact("capital Canada", "The capital of Canada is Ottawa."),
          fact("capital Brazil", "The capital of Brazil is Brasília."),
          fact("capital Egypt", "The capital of Egypt is Cairo."),
          fact("capital Kenya", "The capital of Kenya is Nairobi."),
          fact("capital Norway", "The capital of Norway is Oslo."),
          fact("capital Sweden", "The capital of Sweden is Stockholm."),
          fact("capital Poland", "The capital of Poland is Warsaw."),
          fact("capital England", "The capital of England is London."),
          fact("capital United States", "The capital of the United States is Washington, D.C."),
          fact("water boil", "Water boils at 100 °C at sea level."),
          fact("water freeze", "Water freezes at 0 °C."),
          fact("speed light", "Light travels at 299,792,458 metres per second in a vacuum."),
          fact("largest planet", "Jupiter is the largest planet of the solar system."),
          fact("largest ocean", "The Pacific is the largest ocean."),
          fact("tallest mountain", "Mount Everest is the tallest mountain above sea level."),
          fact("highest mountain", "Mount Everest is the highest mountain above sea level."),
          fact("longest river", "The Nile is usually counted as the longest river."),
          fact("moon landing", "The first crewed Moon landing was on 20 July 1969."),
          fact("first moon", "Neil Armstrong was the first person on the Moon, in 1969."),
          fact("Romeo Juliet", "William Shakespeare wrote Romeo and Juliet."),
          fact("painted Mona Lisa", "Leonardo da Vinci painted the Mona Lisa."),
          fact("chemical symbol gold", "The chemical symbol of gold is Au."),
          fact("days leap year", "A leap year has 366 days."),
          fact("days week", "A week has seven days."),
          fact("continents", "There are seven continents."),
          fact("World War II end", "World War II ended in 1945."),
          fact("Berlin Wall fall", "The Berlin Wall fell in 1989."),
          fact("value pi", "Pi is about 3.14159."),
          fact("square root 144", "The square root of 144 is 12."));

  private GeneralFacts() {}

  static Optional<String> findAnswer(Terms question) {
    return FACTS.stream()
        .filter(fact -> question.content().containsAll(fact.requiredTerms()))
        .map(Fact::sentence)
        .findFirst();
  }

  private static Fact fact(String asked, String sentence) {
    return new Fact(Terms.of(asked).content(), sentence);
  }
}
