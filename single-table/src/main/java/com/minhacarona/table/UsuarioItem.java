package com.minhacarona.table;

import static com.minhacarona.table.Attributes.*;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A resident as the public API stores it. Only the condominium must be there. Whatever else is
 * missing, and every address that has not the form of one, is read as not given: then the resident
 * is not told on that channel. A wish that cannot be read, such as a quiet time that is none, makes
 * the item unreadable, because nobody may act against it.
 *
 * @param nome the name by which neighbours know the resident; empty if not given
 * @param email an e-mail address; empty if not given
 * @param telefone in E.164, such as {@code +5511987654321}; empty if not given
 * @param pushEndpoint the ARN of an endpoint of SNS; empty if not given
 * @param canais the channels that the resident has consented to
 * @param avisosRecusados the names of the events that the resident does not want to hear of, such
 *     as {@code carona.lotada}
 * @param silencio when the resident does not want to be disturbed
 * @param fuso the time zone that the resident lives by; the condominium's if not given
 */
public record UsuarioItem(
    String id,
    String condominioId,
    String nome,
    String email,
    String telefone,
    String pushEndpoint,
    Set<Canal> canais,
    Set<String> avisosRecusados,
    Optional<Silencio> silencio,
    Optional<ZoneId> fuso) {

  /** RFC 5321 takes no more than 254 characters. */
  private static final Pattern EMAIL_FORM =
      Pattern.compile("(?=.{3,254}$)[^\\s@,;:<>()\"\\p{Cntrl}]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");

  private static final Pattern TELEFONE_FORM = Pattern.compile("\\+[1-9][0-9]{6,14}");

  private static final Pattern ENDPOINT_FORM =
      Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:endpoint/[A-Za-z0-9_./-]{1,256}");

  /** A way to reach a resident, stored by name. */
  public enum Canal {
    EMAIL,
    SMS,
    PUSH
  }

  /**
   * A part of the day, by the resident's clock. It may go past midnight. It is empty when both ends
   * are the same.
   */
  public record Silencio(LocalTime de, LocalTime ate) {

    /** Whether it is quiet at this time of the day. */
    public boolean contains(LocalTime time) {
      return de.isBefore(ate)
          ? !time.isBefore(de) && time.isBefore(ate)
          : ate.isBefore(de) && (!time.isBefore(de) || time.isBefore(ate));
    }

    Map<String, AttributeValue> toMap() {
      return Map.of(DE, Values.s(de.toString()), ATE, Values.s(ate.toString()));
    }

    static Silencio from(Map<String, AttributeValue> map) {
      return new Silencio(
          Values.text(map, DE, LocalTime::parse), Values.text(map, ATE, LocalTime::parse));
    }
  }

  /** Copies the sets. */
  public UsuarioItem {
    canais = Set.copyOf(canais);
    avisosRecusados = Set.copyOf(avisosRecusados);
  }

  /** The address of the resident on a channel; empty if none was given. */
  public String address(Canal canal) {
    return switch (canal) {
      case EMAIL -> email;
      case SMS -> telefone;
      case PUSH -> pushEndpoint;
    };
  }

  /** The resident with its key. */
  public Map<String, AttributeValue> toItem() {
    Map<String, AttributeValue> item = new HashMap<>(Keys.usuario(id));
    item.put(CONDOMINIO_ID, Values.s(condominioId));
    Values.putOptional(item, NOME, nome);
    Values.putOptional(item, Attributes.EMAIL, email);
    Values.putOptional(item, TELEFONE, telefone);
    Values.putOptional(item, PUSH_ENDPOINT, pushEndpoint);
    putOptional(item, CANAIS, canais.stream().map(Canal::name).toList());
    putOptional(item, AVISOS_RECUSADOS, avisosRecusados);
    silencio.ifPresent(s -> item.put(SILENCIO, AttributeValue.fromM(s.toMap())));
    fuso.ifPresent(zone -> item.put(FUSO, Values.s(zone.getId())));
    return item;
  }

  /**
   * Reads a resident. Channels that this version does not know are left out.
   *
   * @throws UnreadableItemException when this version cannot read it; see {@link ReadableItems}
   */
  public static UsuarioItem from(Map<String, AttributeValue> item) {
    return new UsuarioItem(
        Keys.usuarioId(item),
        Values.string(item, CONDOMINIO_ID),
        Values.optionalString(item, NOME),
        ofForm(EMAIL_FORM, Values.optionalString(item, Attributes.EMAIL)),
        ofForm(TELEFONE_FORM, Values.optionalString(item, TELEFONE)),
        ofForm(ENDPOINT_FORM, Values.optionalString(item, PUSH_ENDPOINT)),
        known(Values.optionalStrings(item, CANAIS)),
        Set.copyOf(Values.optionalStrings(item, AVISOS_RECUSADOS)),
        Values.optionalMap(item, SILENCIO, Silencio::from),
        item.containsKey(FUSO)
            ? Optional.of(Values.text(item, FUSO, ZoneId::of))
            : Optional.empty());
  }

  private static Set<Canal> known(Collection<String> names) {
    return EnumSet.allOf(Canal.class).stream()
        .filter(canal -> names.contains(canal.name()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String ofForm(Pattern form, String address) {
    return form.matcher(address).matches() ? address : "";
  }

  private static void putOptional(
      Map<String, AttributeValue> item, String name, Collection<String> values) {
    if (!values.isEmpty()) {
      // In one order, so that the same resident is the same item.
      item.put(name, Values.list(new TreeSet<>(values).stream().toList()));
    }
  }
}
