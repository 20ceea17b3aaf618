// Des octets au texte, et retour : alphabet GSM 03.38, UCS-2, en-têtes de concaténation (références de 8 et 16 bits).
import smpp from "smpp";

const ENTETE_UDH = smpp.consts.ESM_CLASS.UDH_INDICATOR;
const { SMSC_DEFAULT: GSM, UCS2 } = smpp.consts.ENCODING;
const ELEMENT_8_BITS = 0x00;
const ELEMENT_16_BITS = 0x08;

/** Sépare l'en-tête de concaténation du contenu : {reference, total, rang, octets}. */
export function lireSegment({ short_message: hexa, esm_class: classe }) {
  const octets = Buffer.from(hexa, "hex");
  if (!(classe & ENTETE_UDH)) return { reference: null, total: 1, rang: 1, octets };
  const fin = octets[0] + 1;
  const corps = octets.subarray(fin);
  for (let place = 1; place + 1 < fin; place += octets[place + 1] + 2) {
    const donnees = octets.subarray(place + 2, place + 2 + octets[place + 1]);
    if (octets[place] === ELEMENT_8_BITS) return { reference: donnees[0], total: donnees[1], rang: donnees[2], octets: corps };
    if (octets[place] === ELEMENT_16_BITS) {
      return { reference: donnees.readUInt16BE(0), total: donnees[2], rang: donnees[3], octets: corps };
    }
  }
  return { reference: null, total: 1, rang: 1, octets: corps };
}

export function decoder(codage, octets) {
  if (codage === GSM) return smpp.gsmCoder.decode(octets, 0);
  if (codage === UCS2) return smpp.encodings.UCS2.decode(octets);
  return octets.toString("latin1");
}

/** Le plus court codage qui garde le texte entier, dans un seul SMS. */
export function coder(texte) {
  const codage = smpp.encodings.ASCII.match(texte) ? GSM : UCS2;
  const octets = codage === GSM ? smpp.gsmCoder.encode(texte, 0) : smpp.encodings.UCS2.encode(texte);
  const place = codage === GSM ? 160 : 140;
  if (octets.length > place) throw new RangeError(`La réponse est trop longue : ${octets.length} sur ${place}. Raccourcissez-la.`);
  return { codage, octets };
}
