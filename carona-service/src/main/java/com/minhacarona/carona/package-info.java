/**
 * Rides as {@code carona_service.proto} describes them: offering, finding, changing and listing
 * them, and live updates of what clients follow.
 */
package com.minhacarona.carona;
