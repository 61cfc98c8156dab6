package com.minhacarona.table;

/** The attribute names of every item in the table, each written once. */
public final class Attributes {
  public static final String PK = "PK";
  public static final String SK = "SK";
  public static final String GSI1PK = "GSI1PK";
  public static final String GSI1SHARD = "GSI1SHARD";
  public static final String GSI1SK = "GSI1SK";

  public static final String CARONA_ID = "carona_id";
  public static final String CONDOMINIO_ID = "condominio_id";
  public static final String MOTORISTA_ID = "motorista_id";
  public static final String USUARIO_ID = "usuario_id";
  public static final String ORIGEM = "origem";
  public static final String DESTINO = "destino";
  public static final String PARTIDA = "partida";
  public static final String VAGAS_TOTAL = "vagas_total";
  public static final String VAGAS_DISPONIVEIS = "vagas_disponiveis";
  public static final String VAGAS = "vagas";
  public static final String STATUS = "status";
  public static final String VERSAO = "versao";
  public static final String VEICULO = "veiculo";
  public static final String MODELO = "modelo";
  public static final String COR = "cor";
  public static final String PLACA = "placa";
  public static final String OBSERVACOES = "observacoes";
  public static final String MOTIVO = "motivo";
  public static final String CRIADA_EM = "criada_em";
  public static final String ATUALIZADA_EM = "atualizada_em";
  public static final String REQUEST_IDS = "request_ids";
  public static final String REQUEST_ID = "request_id";
  public static final String REASON = "reason";
  public static final String MESSAGE = "message";
  public static final String METADATA = "metadata";
  public static final String RECUSADA_EM = "recusada_em";
  public static final String EXPIRA_EM = "expira_em";

  public static final String NOME = "nome";
  public static final String EMAIL = "email";
  public static final String TELEFONE = "telefone";
  public static final String PUSH_ENDPOINT = "push_endpoint";
  public static final String CANAIS = "canais";
  public static final String AVISOS_RECUSADOS = "avisos_recusados";
  public static final String SILENCIO = "silencio";
  public static final String DE = "de";
  public static final String ATE = "ate";
  public static final String FUSO = "fuso";

  public static final String EVENTO_ID = "evento_id";
  public static final String CANAL = "canal";
  public static final String CLAIM_ID = "claim_id";
  public static final String CLAIM_ATE = "claim_ate";

  private Attributes() {}
}
